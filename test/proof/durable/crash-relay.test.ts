import { describe, test } from 'vitest'
import { runCrashes } from '../../helpers/crash-run.ts'
import { extent } from '../../helpers/extent.ts'

describe('a relay that is killed at random moments of a burst', () => {
  test('has all that it accepted, hands it out once, and leaves nothing in doubt', async () => {
    await runCrashes({ victims: 'relay', kills: extent(5, 50), inFlight: 8 })
  })

  test('together with the agent: nothing accepted is lost, and only what was under way is in doubt', async () => {
    await runCrashes({ victims: 'both', kills: extent(5, 50), inFlight: 8 })
  })
})
