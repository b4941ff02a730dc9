import { describe, expect, test } from 'vitest'
import { Environment } from '../../../relay/environment.ts'
import { readSettings, SETTINGS } from '../../../relay/settings.ts'

function configOf(env: Record<string, string>) {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.problem)
  return read.config
}

function problemOf(env: Record<string, string>): string {
  const read = readSettings(env)
  return read.ok ? '' : read.problem
}

describe('settings', () => {
  test('every variable that is read has a line in the help, with the default that is used', () => {
    expect(Object.keys(SETTINGS)).toEqual(Object.keys(Environment.shape))
    const defaults = Environment.parse({})
    for (const [variable, { byDefault }] of Object.entries(SETTINGS)) {
      const read = Environment.safeParse({ [variable]: byDefault })
      // Some defaults are words for people ("as --host"); where it can be read, it is the one in use.
      if (read.success) {
        const name = variable as keyof Environment
        expect([variable, read.data[name]]).toEqual([
          variable,
          name === 'CREEL_DATA_DIR' ? read.data[name] : defaults[name],
        ])
      }
    }
  })

  test('without any it binds the loopback', () => {
    expect(configOf({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      opsPort: 9000,
      opsHost: '127.0.0.1',
      publicUrl: null,
    })
  })

  test('empty ones count as unset', () => {
    expect(configOf({ CREEL_PORT: '', CREEL_KEY: '' })).toMatchObject({ port: 8080, keyBase64: null })
  })

  test.each([
    ['CREEL_MAX_BODY_BYTES', '500000', 500_000],
    ['CREEL_MAX_BODY_BYTES', '64KiB', 65_536],
    ['CREEL_MAX_BODY_BYTES', '1 mib', 1_048_576],
  ])('%s=%s', (variable, text, bytes) => {
    expect(configOf({ [variable]: text }).limits.maxBodyBytes).toBe(bytes)
  })

  test.each([
    ['500', null],
    ['1500', 1500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['7 weeks', null],
    ['-1s', null],
  ])('a TTL of %s', (text, ttlMs) => {
    if (ttlMs === null) expect(problemOf({ CREEL_TTL: text })).toMatch(/^CREEL_TTL must be a time from /)
    else expect(configOf({ CREEL_TTL: text }).limits.ttlMs).toBe(ttlMs)
  })

  test('a public URL loses its last slash; one with more than a path is refused', () => {
    expect(configOf({ CREEL_PUBLIC_URL: 'https://hooks.example/' }).publicUrl).toBe('https://hooks.example')
    expect(configOf({ CREEL_PUBLIC_URL: 'https://hooks.example/a/' }).publicUrl).toBe('https://hooks.example/a')
    for (const text of ['ftp://x', 'https://u:p@x', 'https://x/?a', 'https://x/#a', 'x.example']) {
      expect(problemOf({ CREEL_PUBLIC_URL: text })).toMatch(/^CREEL_PUBLIC_URL must be /)
    }
  })

  test('no operations port is said as "off"', () => {
    expect(configOf({ CREEL_OPS_PORT: 'off' }).opsPort).toBeNull()
  })

  test('allowed hosts stand between commas', () => {
    expect(configOf({ CREEL_ALLOWED_HOSTS: 'a.example, b' }).allowedHosts).toEqual(['a.example', 'b'])
    expect(problemOf({ CREEL_ALLOWED_HOSTS: 'a.example:80' })).toContain('without ports')
  })

  test('a key has 32 bytes', () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    expect(configOf({ CREEL_KEY: key }).keyBase64).toBe(key)
    expect(problemOf({ CREEL_KEY: Buffer.alloc(31).toString('base64') })).toContain('32 bytes')
  })

  test('a wrong secret is not repeated', () => {
    expect(problemOf({ CREEL_ADMIN_TOKEN: 'hunter2' })).toMatch(
      /^CREEL_ADMIN_TOKEN must be at least 16 .*, not what was given\.$/,
    )
  })

  test('what cannot go together is said so', () => {
    expect(problemOf({ CREEL_HEAD_TIMEOUT: '2m', CREEL_REQUEST_TIMEOUT: '1m' })).toContain('CREEL_HEAD_TIMEOUT')
    expect(problemOf({ CREEL_PORT: '9000' })).toContain('CREEL_OPS_PORT')
  })

  test('a variable that looks like a setting and is none is told', () => {
    const read = readSettings({ CREEL_PROT: '1', PATH: '/bin' })
    expect(read).toMatchObject({ ok: true, unknown: ['CREEL_PROT'] })
  })
})
