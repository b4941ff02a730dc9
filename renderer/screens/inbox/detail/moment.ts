const CLOCK_MS = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

/** Local time of day with its milliseconds: "14:32:07.418". */
export function clockTimeMs(at: number): string {
  return CLOCK_MS.format(at)
}
