import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from '../../../scripts/setup/lock.mjs'
import { run, TIMED_OUT } from '../../../scripts/setup/run.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'creel-lock-'))
})

afterEach(() => rm(folder, { recursive: true }))

test('two set-ups at once do their work one after the other', async () => {
  const lock = join(folder, 'new', 'work.lock')
  const seen: string[] = []
  const work = (name: string) => async () => {
    seen.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(`${name} ends`)
  }
  await Promise.all([withLock(lock, work('one')), withLock(lock, work('another'))])
  const [first = ''] = seen[0]?.split(' ') ?? []
  const second = first === 'one' ? 'another' : 'one'
  expect(seen).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`])
  expect(await readdir(join(folder, 'new'))).toEqual([])
})

test('a lock is given back when the work fails', async () => {
  const lock = join(folder, 'work.lock')
  await expect(withLock(lock, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space')
  expect(await withLock(lock, async () => 'done')).toBe('done')
})

test('a lock whose owner died is taken over', async () => {
  const lock = join(folder, 'work.lock')
  const { output: deadPid } = await run(process.execPath, ['-p', 'process.pid'], { quiet: true })
  await mkdir(lock)
  await writeFile(join(lock, 'pid'), deadPid.trim())
  expect(await withLock(lock, async () => 'done')).toBe('done')
})

test('a command that takes too long is stopped, one that does not exist is told', async () => {
  const slow = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { quiet: true, timeoutMs: 100 })
  expect(slow.code).toBe(TIMED_OUT)
  expect(await run(join(folder, 'none'), [], { quiet: true })).toMatchObject({
    code: 127,
    output: expect.stringContaining('ENOENT'),
  })
})
