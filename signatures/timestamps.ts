import type { TimestampRule } from './row.ts'
import type { Stamp } from './scheme.ts'

type Unit = TimestampRule['unit']

const MS = { s: 1000, ms: 1, us: 0.001 } as const
const RFC3339 = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?([Zz]|[+-]\d{2}:?\d{2})$/

/** Epoch ms of a timestamp as a sender writes it, or null when it is not one of that unit. */
export function readTimestamp(text: string, unit: Unit): number | null {
  if (unit !== 'rfc3339') return /^\d{1,17}$/.test(text) ? Number(text) * MS[unit] : null
  const [, moment, fraction = '', zone] = RFC3339.exec(text) ?? []
  if (moment === undefined || zone === undefined) return null
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const at = Date.parse(`${moment.replace(/[t ]/, 'T')}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`)
  return Number.isNaN(at) ? null : at
}

/** A timestamp beside the moment of receipt. Seconds are compared as whole seconds, as the senders' own libraries do. */
export function stampOf(text: string, unit: Unit, receivedAt: number | null): Stamp {
  const at = readTimestamp(text, unit)
  if (at === null || receivedAt === null) return { text, at, ageSeconds: null }
  const age = unit === 's' ? Math.floor(receivedAt / 1000) - at / 1000 : (receivedAt - at) / 1000
  return { text, at, ageSeconds: age }
}

/** Whether its age is within `seconds`, either way unless one-sided. An age that is not known is no reason to refuse. */
export function isFresh(stamp: Stamp | null, seconds: number | null, oneSided = false): boolean {
  if (stamp === null || seconds === null || stamp.ageSeconds === null) return true
  return stamp.ageSeconds <= seconds && (oneSided || -stamp.ageSeconds <= seconds)
}

/** `now` (epoch ms) written in the unit, and for RFC 3339 in the digits and zone of `like`. */
export function writeTimestamp(now: number, unit: Unit, like: string | null): string {
  if (unit === 's') return String(Math.floor(now / 1000))
  if (unit === 'ms') return String(Math.floor(now))
  if (unit === 'us') return String(Math.floor(now) * 1000)
  const [, , fraction = '', zone = 'Z'] = RFC3339.exec(like ?? '') ?? []
  const isUtc = zone.toUpperCase() === 'Z'
  const minutes = isUtc ? 0 : Number(`${zone.charAt(0)}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  const local = new Date(now + minutes * 60_000).toISOString()
  const digits =
    fraction.length === 0 ? '' : `.${local.slice(20, 23).padEnd(fraction.length, '0').slice(0, fraction.length)}`
  return `${local.slice(0, 19)}${digits}${zone}`
}

/** `412 s old`, `9 s ahead of this clock`. */
export function describeAge(seconds: number): string {
  return seconds >= 0 ? `${round(seconds)} s old` : `${round(-seconds)} s ahead of this clock`
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10
}
