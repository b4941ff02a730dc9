import { describe, expect, test } from 'vitest'
import { answerBody, readRange, type BodySource } from '../../../main/body-answer.ts'
import { RequestId } from '../../../protocol/ids.ts'

const whole = Uint8Array.from({ length: 700_000 }, (_, at) => at % 251)
const part = { kind: 'request', id: RequestId.parse(1) } as const

function source(bytes: Uint8Array | null): BodySource {
  return {
    bodyInfo: async () => (bytes === null ? null : { bytes: bytes.length, sha256: 'ab'.repeat(32) }),
    readBody: async (_, from, to) => (bytes === null ? null : Uint8Array.from(bytes.subarray(from, to))),
  }
}

function get(range?: string): Request {
  return new Request('creel-app://app/body/1?part=request', range === undefined ? {} : { headers: { range } })
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer())
}

describe('a body is answered', () => {
  test('whole, in pieces, as bytes and nothing else', async () => {
    const answer = await answerBody(source(whole), part, get())
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await bytesOf(answer)).toEqual(whole)
  })

  test('in the range asked for, across pieces', async () => {
    const answer = await answerBody(source(whole), part, get('bytes=262140-524300'))
    expect(answer.status).toBe(206)
    expect(answer.headers.get('content-range')).toBe('bytes 262140-524300/700000')
    expect(await bytesOf(answer)).toEqual(whole.subarray(262_140, 524_301))
  })

  test('empty when it is empty', async () => {
    const answer = await answerBody(source(new Uint8Array(0)), part, get())
    expect([answer.status, (await bytesOf(answer)).length]).toEqual([200, 0])
  })

  test('as gone, without an error status, when it is gone', async () => {
    const answer = await answerBody(source(null), part, get())
    expect([answer.status, answer.headers.get('creel-gone')]).toEqual([204, '1'])
  })

  test('with an error while it streams when it is deleted meanwhile', async () => {
    const vanishing: BodySource = { ...source(whole), readBody: async () => null }
    await expect(bytesOf(await answerBody(vanishing, part, get()))).rejects.toThrow()
  })
})

test.each([
  [null, null],
  ['bytes=0-99', { from: 0, to: 100 }],
  ['bytes=900-', { from: 900, to: 1000 }],
  ['bytes=-10', { from: 990, to: 1000 }],
  ['bytes=0-99999', { from: 0, to: 1000 }],
  ['bytes=5000-6000', { from: 1000, to: 1000 }],
  ['bytes=0-1,5-6', null],
  ['bytes=-', null],
  ['lines=1-2', null],
])('the range %s of 1000 bytes is read', (header, expected) => {
  expect(readRange(header, 1000)).toEqual(expected)
})
