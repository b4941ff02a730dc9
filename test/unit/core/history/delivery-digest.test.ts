import { describe, expect, it } from 'vitest'
import { digest, hasFailed, severityOf, worstOf } from '../../../../core/history/delivery-digest.ts'
import type { DeliveryState } from '../../../../protocol/delivery.ts'

function delivery(state: DeliveryState, status: number | null = null) {
  return { state, status }
}

describe('the delivery that stands for all of a request', () => {
  it('is the one that needs a person most', () => {
    const fromBestToWorst = [
      delivery('skipped'),
      delivery('answered', 200),
      delivery('sending'),
      delivery('queued'),
      delivery('held'),
      delivery('answered', 302),
      delivery('answered', 404),
      delivery('answered', 503),
      delivery('retrying'),
      delivery('outcome-unknown'),
      delivery('failed'),
    ]
    for (let end = 1; end <= fromBestToWorst.length; end += 1) {
      expect(worstOf(fromBestToWorst.slice(0, end))).toBe(fromBestToWorst[end - 1])
      expect(worstOf(fromBestToWorst.slice(0, end).toReversed())).toBe(fromBestToWorst[end - 1])
    }
    expect(severityOf(delivery('given-up'))).toBe(severityOf(delivery('failed')))
    expect(severityOf(delivery('cancelled'))).toBe(severityOf(delivery('skipped')))
  })

  it('is the newest among equals', () => {
    const two = [delivery('answered', 500), delivery('answered', 502)]
    expect(worstOf(two)).toBe(two[1])
  })

  it('is nothing without deliveries', () => {
    expect(worstOf([])).toBeUndefined()
  })

  it('is labelled with host and port of where it goes', () => {
    const worst = { ...delivery('queued'), holdReason: null, failureCode: null, latencyMs: null, nextAttemptAt: null }
    expect(digest({ ...worst, url: 'http://localhost:3000/a?b' }, 2)).toMatchObject({
      targetLabel: 'localhost:3000',
      count: 2,
    })
    expect(digest({ ...worst, url: 'https://[::1]:8443' }, 1).targetLabel).toBe('[::1]:8443')
  })
})

describe('what has failed', () => {
  it('is what ended badly, not what is still tried or was redirected', () => {
    const failed = [
      delivery('failed'),
      delivery('given-up'),
      delivery('outcome-unknown'),
      delivery('answered', 400),
      delivery('answered', 500),
    ]
    const others = [delivery('retrying'), delivery('held'), delivery('answered', 302), delivery('answered', 200)]
    expect(failed.map(hasFailed)).toEqual(failed.map(() => true))
    expect(others.map(hasFailed)).toEqual(others.map(() => false))
  })
})
