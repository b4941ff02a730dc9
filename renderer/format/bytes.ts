const UNITS = ['KB', 'MB', 'GB', 'TB']

/** Sizes with a unit and three figures at most: "0 bytes", "812 bytes", "11.8 KB", "1.2 GB". Units are powers of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  let value = bytes
  let unit = ''
  for (const next of UNITS) {
    if (value < 999.5) break
    value /= 1000
    unit = next
  }
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

const COUNT = new Intl.NumberFormat('en-GB')

/** "48,213". */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** A count and its word: "1 request", "48,213 requests". */
export function countOf(count: number, word: string, plural = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : plural}`
}
