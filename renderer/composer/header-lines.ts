import type { DraftLine } from '../../protocol/draft.ts'

/** The value of the first line of this name that is sent, or null. */
export function headerValue(lines: readonly DraftLine[], name: string): string | null {
  return lines.find((line) => line.on && line.name.toLowerCase() === name)?.value ?? null
}

export function linesOn(lines: readonly DraftLine[]): readonly DraftLine[] {
  return lines.filter(({ on }) => on)
}
