import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** Readers of settings as text. A message ends the sentence "CREEL_X must be ...". */

const SIZE_UNITS: Readonly<Record<string, number>> = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 }
const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DAY_MS = 86_400_000

export const ADMIN_TOKEN = /^[\x21-\x7e]{16,512}$/
export const ADMIN_TOKEN_IS = 'at least 16 characters without blanks'

const HostName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'a host name or an address, such as 127.0.0.1 or 0.0.0.0')

/** What the relay reads from the environment, as text with its defaults, and what becomes of it. */
export const Environment = z.object({
  CREEL_HOST: HostName.prefault('127.0.0.1'),
  CREEL_PORT: whole(0, 65_535).prefault('8080'),
  CREEL_PUBLIC_URL: reader('an http:// or https:// URL without query, user or fragment', readPublicUrl).optional(),
  CREEL_DATA_DIR: z
    .string()
    .transform((text) => resolve(text))
    .prefault(join(homedir(), '.creel', 'relay')),
  CREEL_OPS_PORT: z
    .union([z.literal('off').transform(() => null), whole(0, 65_535)], 'a whole number from 0 to 65535, or "off"')
    .prefault('9000'),
  CREEL_OPS_HOST: HostName.optional(),
  CREEL_ADMIN_TOKEN: z.string().regex(ADMIN_TOKEN, ADMIN_TOKEN_IS).optional(),
  CREEL_KEY: reader('32 bytes in base64, as `openssl rand -base64 32` makes them', readKey).optional(),
  CREEL_UNKNOWN_INPUTS: oneOf(['like-default', '404']).prefault('like-default'),
  CREEL_ALLOWED_HOSTS: reader('host names without ports, set apart by commas', readHosts).prefault(''),
  CREEL_LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).prefault('info'),
  CREEL_MAX_BODY_BYTES: size(0, 2 ** 30).prefault('25MiB'),
  CREEL_BUCKET_MAX_ITEMS: whole(1, 10_000_000).prefault('10000'),
  CREEL_BUCKET_MAX_BYTES: size(1, 2 ** 40).prefault('1GiB'),
  CREEL_BUCKET_MAX_AGENTS: whole(1, 10_000).prefault('10'),
  CREEL_BUCKET_OVERFLOW: oneOf(['refuse', 'drop-oldest']).prefault('refuse'),
  CREEL_TTL: time(1000, 366 * DAY_MS).prefault('7d'),
  CREEL_KEEP_ACKED: time(0, 366 * DAY_MS).prefault('0s'),
  CREEL_UNCOMMITTED_BYTES: size(2 ** 20, 2 ** 34).prefault('64MiB'),
  CREEL_HEAD_TIMEOUT: time(100, DAY_MS).prefault('20s'),
  CREEL_IDLE_TIMEOUT: time(100, DAY_MS).prefault('60s'),
  CREEL_REQUEST_TIMEOUT: time(1000, DAY_MS).prefault('1h'),
  CREEL_STOP_TIMEOUT: time(0, DAY_MS).prefault('30s'),
})
export type Environment = z.infer<typeof Environment>

/** Reads by a function that answers null for what it does not take. */
function reader<T>(wanted: string, read: (text: string) => T | null) {
  return z.string().transform((text, context) => {
    const value = read(text.trim())
    if (value !== null) return value
    context.issues.push({ code: 'custom', message: wanted, input: text })
    return z.NEVER
  })
}

function whole(from: number, to: number) {
  return reader(`a whole number from ${from} to ${to}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1
    return value >= from && value <= to ? value : null
  })
}

function size(from: number, to: number) {
  return reader(`a size from ${from} to ${to} bytes, such as 500000, 64KiB, 25MiB or 1GiB`, (text) => {
    const value = withUnit(text, SIZE_UNITS)
    return value !== null && value >= from && value <= to ? value : null
  })
}

function time(fromMs: number, toMs: number) {
  return reader(`a time from ${fromMs} ms to ${toMs / DAY_MS} d, such as 500ms, 30s, 15m, 12h or 7d`, (text) => {
    const value = withUnit(text, TIME_UNITS)
    return value !== null && value >= fromMs && value <= toMs ? value : null
  })
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, values.map((value) => `"${value}"`).join(' or '))
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number | null {
  const match = /^(\d{1,15}) ?([A-Za-z]*)$/.exec(text)
  const factor = match?.[2] === '' ? 1 : units[match?.[2]?.toLowerCase() ?? '']
  return match?.[1] === undefined || factor === undefined ? null : Number(match[1]) * factor
}

function readPublicUrl(text: string): string | null {
  if (!/^https?:\/\/[^/\s]/i.test(text) || /[?#\s]/.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url.href.replace(/\/+$/, '') : null
}

function readKey(text: string): string | null {
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  return isBase64 && Buffer.from(text, 'base64').length === 32 ? text : null
}

function readHosts(text: string): readonly string[] | null {
  const names = text.split(',').map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  return given.every((name) => /^[A-Za-z0-9._-]{1,253}$/.test(name)) ? given : null
}
