import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logFile, olderLogFile, openLog } from '../../../main/log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creel-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function numbersIn(file: string): number[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { n: number }).n]))
}

describe('the log', () => {
  it('rolls while it runs: one older file, each line whole and in one of them, both bounded', () => {
    const log = openLog(folder, 2000)
    for (let n = 0; n < 200; n += 1) log.info({ n }, 'said')
    const [older, current] = [numbersIn(olderLogFile(folder)), numbersIn(logFile(folder))]
    const all = [...older, ...current]
    expect(all.at(-1)).toBe(199)
    expect(all).toEqual(Array.from({ length: all.length }, (_, at) => 200 - all.length + at))
    for (const file of [olderLogFile(folder), logFile(folder)]) expect(statSync(file).size).toBeLessThan(2200)
    expect(statSync(logFile(folder)).mode & 0o777).toBe(0o600)
  })

  it('goes on where an earlier run ended', () => {
    openLog(folder).info({ n: 1 }, 'said')
    openLog(folder).info({ n: 2 }, 'said')
    expect(numbersIn(logFile(folder))).toEqual([1, 2])
  })

  it('writes to no file but its own, nor closes one, when it was taken away or cannot be put aside', () => {
    const log = openLog(folder, 100)
    for (let n = 0; n < 3; n += 1) log.info({ n }, 'said')
    rmSync(logFile(folder))
    log.info({ n: 3 }, 'said')
    const other = openSync(join(folder, 'other'), 'w')
    for (let n = 4; n < 8; n += 1) log.info({ n }, 'said')
    rmSync(olderLogFile(folder), { force: true })
    mkdirSync(olderLogFile(folder))
    for (let n = 8; n < 20; n += 1) log.info({ n }, 'said')
    writeSync(other, 'its own')
    closeSync(other)
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('its own')
    expect(numbersIn(logFile(folder)).at(-1)).toBe(19)
  })
})
