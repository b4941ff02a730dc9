import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createFrameBatch, SMALL_FRAME_BYTES } from '../../../../relay/stream/frame-batch.ts'

const SIZES = [0, 1, 125, 126, 127, 2000, 255, 256, 65, SMALL_FRAME_BYTES - 1, SMALL_FRAME_BYTES]

/** A line that takes what is written when it is let, as a socket whose system buffer is full, and only then looks at the bytes. */
function createLine(isFree: boolean) {
  const taken: Buffer[] = []
  let go: (() => void) | null = null
  const line = { isFree, taken, writes: 0, letGo: () => go?.() }
  const socket = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      line.writes += 1
      const take = (): void => {
        taken.push(Buffer.from(chunk))
        go = null
        done()
      }
      if (line.isFree) take()
      else go = take
    },
  })
  return { line, socket }
}

/** The payloads of unmasked, final, binary frames (RFC 6455 section 5.2). */
function readFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    expect(bytes[at]).toBe(0x82)
    const short = bytes.readUInt8(at + 1)
    expect(short).toBeLessThanOrEqual(126)
    const from = at + (short === 126 ? 4 : 2)
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short
    if (short === 126) expect(length).toBeGreaterThan(125)
    at = from + length
    frames.push(bytes.subarray(from, at))
  }
  expect(at).toBe(bytes.length)
  return frames
}

const frameOf = (n: number): Buffer => Buffer.alloc(SIZES[n % SIZES.length] ?? 0, n % 251)

describe('small frames put together', () => {
  it('come as they were, in order and in few writes, whatever their sizes', () => {
    const batch = createFrameBatch()
    const { line, socket } = createLine(true)
    const frames = Array.from({ length: 200 }, (_, n) => frameOf(n))
    for (const frame of frames) batch.add(frame, socket)
    batch.flush(socket)
    expect(batch.bytes).toBe(0)
    expect(readFrames(Buffer.concat(line.taken))).toEqual(frames)
    expect(line.writes).toBeLessThan(20)
    batch.flush(socket)
    expect(line.writes).toBeLessThan(20)
  })

  it('are not changed while a line holds them up, though others go on being sent', async () => {
    const batch = createFrameBatch()
    const slow = createLine(false)
    const fast = createLine(true)
    const frames = Array.from({ length: 60 }, (_, n) => frameOf(n))
    for (const frame of frames) {
      for (const { socket } of [slow, fast]) {
        batch.add(frame, socket)
        batch.flush(socket)
      }
    }
    expect(slow.line.taken).toEqual([])
    slow.line.isFree = true
    const drained = once(slow.socket, 'drain')
    slow.line.letGo()
    await drained
    for (const { line } of [slow, fast]) expect(readFrames(Buffer.concat(line.taken))).toEqual(frames)
  })
})
