import { describe, expect, it } from 'vitest'
import { createUploads } from '../../../../core/history/upload.ts'
import { KIB, MIB } from '../../../../protocol/limits.ts'

/** A writer whose commits are done by hand. */
function startUploads() {
  const chunks: { upload: number; n: number; bytes: Uint8Array; commit: () => void; fail: (error: Error) => void }[] =
    []
  const dropped: number[] = []
  const uploads = createUploads({
    sendChunk: (upload, n, bytes) =>
      new Promise<void>((resolve, reject) => chunks.push({ upload, n, bytes, commit: resolve, fail: reject })),
    drop: (upload) => dropped.push(upload),
  })
  return { uploads, chunks, dropped }
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}

describe('an upload', () => {
  it('keeps a body of one chunk until its end', async () => {
    const { uploads, chunks } = startUploads()
    const upload = uploads.begin(256 * KIB)
    await upload.write(new Uint8Array(256 * KIB).fill(7))
    expect(chunks).toHaveLength(0)
    const content = upload.end()
    expect(content).toMatchObject({ kind: 'inline' })
    expect(content.kind === 'inline' && content.bytes.buffer.byteLength).toBe(256 * KIB)
  })

  it('cuts larger ones into exact chunks, whatever the pieces', async () => {
    const { uploads, chunks } = startUploads()
    const upload = uploads.begin(600 * KIB)
    for (let at = 0; at < 600; at += 100) {
      const written = upload.write(new Uint8Array(100 * KIB).fill(at / 100))
      for (const chunk of chunks) chunk.commit()
      await written
    }
    expect(chunks.map(({ n, bytes }) => [n, bytes.length, bytes.buffer.byteLength])).toEqual([
      [0, 256 * KIB, 256 * KIB],
      [1, 256 * KIB, 256 * KIB],
    ])
    expect(chunks[1]?.bytes[0]).toBe(2)
    const content = upload.end()
    expect(content).toMatchObject({ kind: 'upload', n: 2 })
    expect(content.kind === 'upload' && content.last.length).toBe(88 * KIB)
  })

  it('holds its sender back while 512 KiB wait for a commit', async () => {
    const { uploads, chunks } = startUploads()
    const upload = uploads.begin(25 * MIB)
    await upload.write(new Uint8Array(256 * KIB))
    const second = upload.write(new Uint8Array(256 * KIB))
    expect(await isPending(second)).toBe(true)
    chunks[0]?.commit()
    await second
  })

  it('holds everybody back while 64 MiB wait in all, but nobody who has nothing waiting', async () => {
    const { uploads, chunks } = startUploads()
    const many = Array.from({ length: 256 }, () => uploads.begin(MIB))
    for (const upload of many) {
      await upload.write(new Uint8Array(256 * KIB))
      const next = upload.write(new Uint8Array(1))
      if (upload !== many.at(-1)) await next
      else expect(await isPending(next)).toBe(true)
    }
    expect(await isPending(uploads.begin(MIB).write(new Uint8Array(256 * KIB)))).toBe(false)
    chunks[0]?.commit()
  })

  it('copies a piece of up to one chunk at once, so that its buffer can be used again', async () => {
    const { uploads } = startUploads()
    const upload = uploads.begin(10)
    const piece = new Uint8Array(10).fill(1)
    const written = upload.write(piece)
    piece.fill(2)
    await written
    const content = upload.end()
    expect(content.kind === 'inline' && [...content.bytes]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  it('takes more than was announced, for the writer to refuse', async () => {
    const { uploads } = startUploads()
    const upload = uploads.begin(0)
    for (let byte = 0; byte < 5; byte += 1) await upload.write(Uint8Array.of(byte))
    const content = upload.end()
    expect(content.kind === 'inline' && [...content.bytes]).toEqual([0, 1, 2, 3, 4])
  })

  it('tells its sender when a chunk could not be stored', async () => {
    const { uploads, chunks, dropped } = startUploads()
    const upload = uploads.begin(MIB)
    await upload.write(new Uint8Array(300 * KIB))
    const waiting = upload.write(new Uint8Array(250 * KIB))
    chunks[0]?.fail(new Error('full'))
    await expect(waiting).rejects.toThrow('full')
    await expect(upload.write(new Uint8Array(1))).rejects.toThrow('full')
    upload.abort()
    expect(dropped).toEqual([1])
  })

  it('wakes a sender who waits when it is broken off', async () => {
    const { uploads, chunks, dropped } = startUploads()
    const upload = uploads.begin(MIB)
    await upload.write(new Uint8Array(300 * KIB))
    const waiting = upload.write(new Uint8Array(250 * KIB))
    upload.abort()
    upload.abort()
    await expect(waiting).rejects.toThrow('broken off')
    expect(dropped).toEqual([1])
    chunks[0]?.commit()
  })
})
