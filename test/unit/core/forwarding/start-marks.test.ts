import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStartMarks, type StartMarks } from '../../../../core/forwarding/start-marks.ts'
import { DeliveryId } from '../../../../protocol/ids.ts'

let folder: string
let file: string
let problems: unknown[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creel-starts-'))
  file = join(folder, 'starts')
  problems = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function marks(): StartMarks {
  return createStartMarks({ file, now: Date.now, onProblem: (problem) => problems.push(problem) })
}

const id = (n: number): DeliveryId => DeliveryId.parse(n)

describe('marks of what has begun', () => {
  it('tell the next run what had begun and had not ended, when this one did not end as it should', () => {
    const first = marks()
    first.open('one')
    for (let n = 1; n <= 2_000; n += 1) first.begun(id(n))
    for (let n = 1; n <= 1_998; n += 1) first.ended(id(n))
    first.begun(id(9_007_199_254_740_991))
    first.begun(id(1_999))
    const told = marks().previous('one') ?? []
    expect(told.toSorted((a, b) => a - b)).toEqual([1_999, 2_000, 9_007_199_254_740_991])
    expect(problems).toEqual([])
  })

  it('tell nothing of another run, of one that ended as it should, nor where there are none', () => {
    expect(marks().previous(undefined)).toBeUndefined()
    const first = marks()
    first.open('one')
    first.begun(id(1))
    expect(marks().previous('two')).toBeUndefined()
    expect(marks().previous(undefined)).toBeUndefined()
    first.close()
    expect(existsSync(file)).toBe(false)
    expect(marks().previous('one')).toBeUndefined()
    expect(problems).toEqual([])
  })

  it('tell nothing once the machine was started anew, or the file is not whole', () => {
    const first = marks()
    first.open('one')
    const bytes = readFileSync(file)
    const head = bytes.toString('latin1', 0, 256)
    const boot = head.split('\n')[1] ?? ''
    expect(boot.length).toBeGreaterThan(8)
    writeFileSync(
      file,
      Buffer.from(bytes.toString('latin1').replace(boot, boot.replaceAll(/[0-9a-f]/g, '7')), 'latin1'),
    )
    expect(marks().previous('one')).toBeUndefined()
    writeFileSync(file, bytes)
    expect(marks().previous('one')).toEqual([])
    truncateSync(file, 100)
    expect(marks().previous('one')).toBeUndefined()
  })

  it('begin anew with each run', () => {
    const first = marks()
    first.open('one')
    first.begun(id(7))
    const second = marks()
    second.open('two')
    expect(marks().previous('two')).toEqual([])
  })

  it('are given up whole, and said so, where they cannot be written', () => {
    const first = createStartMarks({
      file: join(folder, 'missing', 'starts'),
      now: Date.now,
      onProblem: (p) => problems.push(p),
    })
    first.open('one')
    expect(problems).toMatchObject([{ code: 'ENOENT' }])
    first.begun(id(1))
    first.ended(id(1))
    first.close()
    expect(problems).toHaveLength(1)
  })
})
