import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStartMarks, type StartMarks } from '../../../../core/forwarding/start-marks.ts'
import { DeliveryId } from '../../../../protocol/ids.ts'
import { eventually } from '../../../helpers/eventually.ts'

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
    // Those of which the history has the end are named where no other took their place: it knows better.
    const open = told.filter((one) => one.id >= 1_999).toSorted((a, b) => a.id - b.id)
    expect(open).toEqual([1_999, 2_000, 9_007_199_254_740_991].map((n) => ({ id: n, answer: null })))
    expect(told.length).toBeLessThanOrEqual(2_000)
    expect(problems).toEqual([])
  })

  it('tell of an answer whose end was not written any more, and nothing of what waits again', () => {
    const first = marks()
    first.open('one')
    for (const n of [1, 2, 3]) first.begun(id(n))
    first.answered(id(1), 503, 1_500.5)
    first.waits(id(2))
    first.answered(id(2), 200, 1)
    expect(marks().previous('one')).toEqual([
      { id: 1, answer: { status: 503, latencyMs: 1_500.5 } },
      { id: 3, answer: null },
    ])
    // Out once more, nothing is known of how it ends.
    first.begun(id(1))
    expect(marks().previous('one')?.[0]).toEqual({ id: 1, answer: null })
  })

  it('tell of an answer with the next start, or a moment later by themselves', async () => {
    const first = marks()
    first.open('one')
    first.begun(id(1))
    first.answered(id(1), 204, 2)
    first.begun(id(2))
    const one = { id: 1, answer: { status: 204, latencyMs: 2 } }
    expect(marks().previous('one')).toEqual([one, { id: 2, answer: null }])
    first.answered(id(2), 404, 3)
    await eventually(() =>
      expect(marks().previous('one')).toEqual([one, { id: 2, answer: { status: 404, latencyMs: 3 } }]),
    )
    first.answered(id(1), 200, 4)
    first.close()
    expect(marks().previous('one')?.[0]).toEqual({ id: 1, answer: { status: 200, latencyMs: 4 } })
  })

  it('use a place again only once the end of its delivery is in the history', () => {
    const first = marks()
    first.open('one')
    for (let n = 1; n <= 10_000; n += 1) {
      first.begun(id(n))
      first.answered(id(n), 200, 1)
      if (n > 8) first.ended(id(n - 8))
    }
    const told = marks().previous('one') ?? []
    expect(told.length).toBeLessThanOrEqual(9)
    expect(told.filter((one) => one.id > 9_992)).toHaveLength(8)
  })

  it('tell nothing of another run, nor where there are none; what was broken off as a run ended is told', () => {
    expect(marks().previous(undefined)).toBeUndefined()
    const first = marks()
    first.open('one')
    first.begun(id(1))
    expect(marks().previous('two')).toBeUndefined()
    expect(marks().previous(undefined)).toBeUndefined()
    first.close()
    expect(marks().previous('one')).toEqual([{ id: 1, answer: null }])
    rmSync(file)
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

  it.runIf(process.platform === 'linux')(
    'are given up whole, and said so, where the disk takes only a part of them',
    () => {
      // A file that may not grow beyond this ends a write that reaches there early, as a full disk does.
      const script = `
      import { createStartMarks } from ${JSON.stringify(new URL('../../../../core/forwarding/start-marks.ts', import.meta.url).href)}
      let problems = 0
      const marks = createStartMarks({ file: process.argv[1], now: Date.now, onProblem: () => (problems += 1) })
      marks.open('one')
      for (let n = 1; n <= 4_000; n += 1) {
        marks.begun(n)
        marks.answered(1, 200, n)
      }
      process.stdout.write(String(problems))`
      const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', script, '--', file]
      expect(execFileSync('sh', ['-c', 'ulimit -f 40 && exec "$@"', 'sh', ...node], { encoding: 'utf8' })).toBe('1')
      expect(existsSync(file)).toBe(false)
    },
  )
})
