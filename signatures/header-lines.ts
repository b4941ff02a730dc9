import type { Line } from './scheme.ts'

/** Whether a line has the name, which is given in lower case. */
export function isNamed(line: Line, lowerName: string): boolean {
  const [name] = line
  return name.length === lowerName.length && (name === lowerName || name.toLowerCase() === lowerName)
}

/** The value of the first line of that name, without blanks around it; null when there is none. */
export function findHeader(lines: readonly Line[], name: string): string | null {
  const lower = name.toLowerCase()
  for (const line of lines) if (isNamed(line, lower)) return line[1].trim()
  return null
}

/** All values of that name, in order. */
export function findHeaders(lines: readonly Line[], name: string): string[] {
  const lower = name.toLowerCase()
  return lines.filter((line) => isNamed(line, lower)).map(([, value]) => value.trim())
}

/** New values for a header: each becomes a line. With no value the header is left out. */
export type Rewrite = {
  readonly name: string
  readonly values: readonly string[]
  /** Added at the end where the request has no such line; else only those present are written. */
  readonly isNeeded: boolean
}

/** The lines with some of them written anew, in their place and spelling. */
export function rewriteLines(lines: readonly Line[], rewrites: readonly Rewrite[]): Line[] {
  const byName = new Map(rewrites.map((rewrite) => [rewrite.name.toLowerCase(), rewrite]))
  const written = new Set<string>()
  const result = lines.flatMap((line): Line[] => {
    const lower = line[0].toLowerCase()
    const rewrite = byName.get(lower)
    if (rewrite === undefined) return [line]
    // A header that was repeated, once per secret, has all its new values in the place of the first.
    if (written.has(lower)) return []
    written.add(lower)
    return rewrite.values.map((value): Line => [line[0], value])
  })
  for (const [lower, { name, values, isNeeded }] of byName) {
    if (isNeeded && !written.has(lower)) result.push(...values.map((value): Line => [name, value]))
  }
  return result
}
