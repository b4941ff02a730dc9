import { judge, writeBound, type Mark } from './marks.ts'
import type { Row } from './row.ts'

const HEADINGS = ['figure', 'baseline', 'ours', 'ratio', 'must', 'aim', 'verdict'] as const

/** All rows as one table in Markdown, so that it can be read in a terminal and put into a document as it is; below it the notes. */
export function writeTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.notes.length === 0 ? row.figure : `${row.figure} [${noteNumber(rows, row)}]`,
    row.baseline === null ? '-' : `${row.baseline.name} ${writeValue(row.baseline.value)}`,
    row.ours === null ? '-' : `${writeValue(row.ours)} ${row.unit}`,
    row.ratio === null ? '-' : writeRatio(row.ratio, row.mark),
    writeBound(row.mark.must, row),
    writeBound(row.mark.aim, row),
    judge(row),
  ])
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  )
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  const notes = rows
    .filter((row) => row.notes.length > 0)
    .map((row) => `[${noteNumber(rows, row)}] ${row.notes.join('; ')}`)
  return [line(HEADINGS), rule, ...cells.map(line), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function noteNumber(rows: readonly Row[], row: Row): number {
  return rows.filter(({ notes }) => notes.length > 0).indexOf(row) + 1
}

/** Two digits behind the point, or as many as show on which side of a mark it is. */
function writeRatio(ratio: number, { must, aim }: Mark): string {
  const marks = [must?.value, aim?.value].filter((value) => value !== ratio)
  const digits = [2, 3, 4, 5].find((count) => !marks.includes(Number(ratio.toFixed(count)))) ?? 6
  return ratio.toFixed(digits)
}

/** Three digits that count, and thousands set apart. */
export function writeValue(value: number): string {
  const digits = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
