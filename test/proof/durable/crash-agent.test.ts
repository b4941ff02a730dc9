import { describe, test } from 'vitest'
import { runCrashes } from '../../helpers/crash-run.ts'
import { extent } from '../../helpers/extent.ts'

describe('an agent that is killed at random moments of a burst', () => {
  test('has all that was accepted once, sends it, and doubts only what was under way', async () => {
    await runCrashes({ victims: 'agent', kills: extent(5, 50), inFlight: 8 })
  })

  test('sends strictly in order of arrival with one in flight, and doubts one at most', async () => {
    await runCrashes({ victims: 'agent', kills: extent(2, 20), inFlight: 1 })
  })
})
