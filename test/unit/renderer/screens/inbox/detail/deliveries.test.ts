import { describe, expect, test } from 'vitest'
import type { Attempt, Delivery, DeliveryFailure, FailureCode } from '../../../../../../protocol/delivery.ts'
import {
  describeCut,
  mayHaveLeft,
  resultOfAttempt,
  timingParts,
} from '../../../../../../renderer/screens/inbox/detail/deliveries/delivery-state.ts'
import { compareSent } from '../../../../../../renderer/screens/inbox/detail/deliveries/sent-lines.ts'
import { describeTried, sentence, withPort } from '../../../../../../renderer/screens/inbox/detail/explanation.tsx'
import { readMissing, summariseMissing } from '../../../../../../renderer/screens/inbox/detail/missing-requests.ts'

describe('the lines of an attempt', () => {
  test('say what was set, added and left out', () => {
    const received: [string, string][] = [
      ['Host', 'relay.example'],
      ['X-A', '1'],
      ['x-a', '2'],
      ['Connection', 'close'],
    ]
    const sent: [string, string][] = [
      ['host', 'localhost:3000'],
      ['X-A', '1'],
      ['x-a', '2'],
      ['Creel-Resend', 'id'],
    ]
    expect(compareSent(received, sent)).toEqual({
      lines: [
        { name: 'host', value: 'localhost:3000', note: 'set by Creel, was relay.example' },
        { name: 'X-A', value: '1', note: null },
        { name: 'x-a', value: '2', note: null },
        { name: 'Creel-Resend', value: 'id', note: 'added by Creel' },
      ],
      leftOut: ['Connection'],
    })
  })
})

describe('the time of an attempt', () => {
  test('is divided into connecting, waiting for the first byte and the rest', () => {
    expect(timingParts({ timings: { connectedMs: 2, firstByteMs: 190, totalMs: 212 } })).toEqual({
      connect: 2,
      firstByte: 188,
      rest: 22,
    })
  })

  test('has no rest when no first byte came', () => {
    expect(timingParts({ timings: { connectedMs: 2, firstByteMs: null, totalMs: 30_000 } })).toEqual({
      connect: 2,
      firstByte: 29_998,
      rest: 0,
    })
  })
})

describe('what an attempt came to', () => {
  const answer = {
    status: 200,
    reasonPhrase: 'OK',
    headers: [],
    bodyBytes: 7,
    keptBytes: 7,
    bodySha256: null,
    cut: true,
  }
  const failed = (code: FailureCode): DeliveryFailure => ({ code, message: '', tried: [], listening: [] })
  const attempt = (patch: Pick<Attempt, 'answer' | 'failure'>): Attempt =>
    ({ id: 1, timings: { connectedMs: 1, firstByteMs: 2, totalMs: 3 }, ...patch }) as Attempt
  const delivery = (only: Attempt): Delivery =>
    ({ state: 'failed', url: 'http://localhost:3000', attempts: [only] }) as unknown as Delivery

  test('is a failure when the answer broke off, whatever status it began with', () => {
    const broken = attempt({ answer, failure: failed('closed-early') })
    expect(resultOfAttempt(broken, delivery(broken))).toMatchObject({ mark: 'no-answer', word: 'cut off' })
    expect(describeCut(broken)).toBe('Broke off after 7 bytes')
  })

  test('says of an event stream that Creel closed it, and of a long answer how much was kept', () => {
    expect(describeCut({ answer, failure: null })).toBe('An event stream, closed by Creel after 7 bytes')
    expect(describeCut({ answer: { ...answer, bodyBytes: 14 }, failure: null })).toBe(
      'Cut: 7 bytes of 14 bytes were kept',
    )
    expect(describeCut({ answer: { ...answer, cut: false }, failure: null })).toBeNull()
  })

  test('claims bytes as sent only where some may have left', () => {
    expect(mayHaveLeft({ answer: null, failure: failed('nothing-listens') })).toBe(false)
    expect(mayHaveLeft({ answer: null, failure: failed('first-byte-timeout') })).toBe(true)
    expect(mayHaveLeft({ answer: null, failure: null })).toBe(true)
  })
})

describe('a failure in words', () => {
  const failure = (tried: DeliveryFailure['tried']): DeliveryFailure => ({
    code: 'nothing-listens',
    message: '',
    tried,
    listening: [],
  })

  test('names what was tried', () => {
    const refused = [
      { address: '127.0.0.1:1', outcome: 'refused' },
      { address: '[::1]:1', outcome: 'refused' },
    ]
    expect(describeTried(failure(refused))).toBe('Tried 127.0.0.1:1 and [::1]:1, both refused.')
    expect(
      describeTried(failure([refused[0] ?? { address: '', outcome: '' }, { address: '[::1]:1', outcome: 'no route' }])),
    ).toBe('Tried 127.0.0.1:1 (refused) and [::1]:1 (no route).')
    expect(describeTried(null)).toBe('')
  })

  test('begins with a capital unless it begins with a host', () => {
    expect(sentence('nothing is listening')).toBe('Nothing is listening.')
    expect(sentence('localhost:1 sent no first byte')).toBe('localhost:1 sent no first byte.')
  })

  test('offers the same URL at another port', () => {
    expect(withPort('http://localhost:8025/a:b', 3000)).toBe('http://localhost:3000/a:b')
    expect(withPort('http://localhost', 3000)).toBe('http://localhost:3000')
    expect(withPort('https://[::1]:1/', 3000)).toBe('https://[::1]:3000/')
  })
})

describe('requests that are missing', () => {
  test('are counted by method and path, and lines that say nothing are left out', () => {
    const line = (target: string) => JSON.stringify({ seq: 1, receivedAt: 1, method: 'POST', target, bodyBytes: 500 })
    const missing = readMissing([line('/a?x=1'), line('/a'), line('/b'), '{"half":', '', '{}'].join('\n'))
    expect(summariseMissing(missing)).toEqual(['2 POST to /a, 1.0 KB together', '1 POST to /b, 500 bytes'])
  })

  test('are named by the path after their input', () => {
    const input = '/in/5f2c1a9e-7d34-4b8e-9c61-2f0a8b7d4e13'
    const line = (target: string) => JSON.stringify({ seq: 1, receivedAt: 1, method: 'POST', target, bodyBytes: 500 })
    const missing = readMissing([line(`${input}/github?x=1`), line(input)].join('\n'))
    expect(summariseMissing(missing)).toEqual(['1 POST to /github, 500 bytes', `1 POST to ${input}, 500 bytes`])
  })

  test('are of unknown path where the relay could not read any more what they were', () => {
    const line = JSON.stringify({ seq: 1, receivedAt: 1, method: '', target: '', bodyBytes: 500 })
    expect(summariseMissing(readMissing(`${line}\n${line}\n`))).toEqual(['2 of unknown path, 1.0 KB together'])
  })
})
