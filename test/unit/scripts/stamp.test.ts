import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSettled } from '../../../scripts/setup/electron.mjs'
import { readStamp, writeStamp } from '../../../scripts/setup/stamp.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'creel-stamp-'))
})

afterEach(() => rm(folder, { recursive: true }))

const HOUR_MS = 3_600_000
const failure = { version: '45.0.0', mirror: '', failedAt: 1_000_000, why: 'no route' }
const asked = { version: '45.0.0', mirror: '', now: 1_000_000 + HOUR_MS, again: false }

test('a stamp is read back as written', async () => {
  const file = join(folder, 'new', 'stamp.json')
  await writeStamp(file, failure)
  expect(await readStamp(file)).toEqual(failure)
})

test.each(['', '{"version":', 'null', '"text"'])('a torn stamp (%j) is the same as none', async (text) => {
  const file = join(folder, 'stamp.json')
  await writeFile(file, text)
  expect(await readStamp(file)).toBeUndefined()
  expect(await readStamp(`${file}.none`)).toBeUndefined()
})

test('a download that failed an hour ago is not tried again', () => {
  expect(isSettled(failure, asked)).toBe(true)
})

test.each([
  ['it never failed', undefined, asked],
  ['a day has passed', failure, { ...asked, now: 1_000_000 + 25 * HOUR_MS }],
  ['the clock was set back', failure, { ...asked, now: 1 }],
  ['another version is wanted', failure, { ...asked, version: '46.0.0' }],
  ['another mirror is named', failure, { ...asked, mirror: 'https://mirror.test/' }],
  ['a person asks for it', failure, { ...asked, again: true }],
])('the download is tried when %s', (_title, past, now) => {
  expect(isSettled(past, now)).toBe(false)
})
