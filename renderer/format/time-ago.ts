const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long ago, short: "now", "4 s", "2 min", "3 h", "5 d". Times are epoch ms; a future time counts as now. */
export function timeAgo(at: number, now: number): string {
  const passed = now - at
  if (passed < SECOND) return 'now'
  if (passed < MINUTE) return `${Math.floor(passed / SECOND)} s`
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`
  return `${Math.floor(passed / DAY)} d`
}

/** The same inside a sentence: "4 s ago", "just now". */
export function timeAgoInWords(at: number, now: number): string {
  const ago = timeAgo(at, now)
  return ago === 'now' ? 'just now' : `${ago} ago`
}

/** What is left until `at`, as a clock: "0:12", "4:05", "1:02:33". Never below "0:00". */
export function countdown(at: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((at - now) / SECOND))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

const EXACT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
const DAY_AND_MONTH = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const CLOCK_MS = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })

/** Local time of day: "14:32:07". */
export function clockTime(at: number): string {
  return CLOCK.format(at)
}

/** "13 August", in local time. */
export function dayAndMonth(at: number): string {
  return DAY_AND_MONTH.format(at)
}

/** Exact, with zone and UTC: "21 August 2026, 14:32:07.418 GMT+2, 12:32:07.418 UTC". Once where both are the same. */
export function exactTime(at: number): string {
  const zone = ZONE.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const local = `${EXACT.format(at)}, ${CLOCK_MS.format(at)} ${zone}`
  const utc = new Date(at).toISOString().slice(11, 23)
  return zone === 'UTC' ? local : `${local}, ${utc} UTC`
}
