import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAfterTimeChange, missingLibraries } from '../../../scripts/setup/debian.mjs'
import { hasDisplay } from '../../../scripts/setup/display.mjs'
import { firstLine } from '../../../scripts/setup/electron-official.mjs'
import { isGoodEnough } from '../../../scripts/setup/node24.mjs'
import { cacheFolder } from '../../../scripts/setup/places.mjs'
import { runtimeFacts } from '../../../scripts/setup/runtime.mjs'

describe('the cache folder', () => {
  test.each([
    ['linux', {}, join('/home/ada', '.cache', 'creel')],
    ['linux', { XDG_CACHE_HOME: '/var/xdg' }, join('/var/xdg', 'creel')],
    ['darwin', {}, join('/home/ada', 'Library', 'Caches', 'creel')],
    ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'creel', 'Cache')],
  ])('on %s with %j is %s', (platform, env, folder) => {
    expect(cacheFolder(env, platform, '/home/ada')).toBe(folder)
  })

  test('is where CREEL_CACHE_DIR says, on every platform', () => {
    expect(cacheFolder({ CREEL_CACHE_DIR: '/elsewhere' }, 'darwin', '/home/ada')).toBe('/elsewhere')
  })
})

describe('the runtime facts', () => {
  const official = {
    kind: 'official' as const,
    version: '45.0.0',
    executable: '/e',
    sqliteBinding: null,
    distPath: null,
  }

  test("switch Chromium's sandbox off for root on Linux only", () => {
    expect(runtimeFacts('/node', official, { platform: 'linux', uid: 0 }).args).toEqual(['--no-sandbox'])
    expect(runtimeFacts('/node', official, { platform: 'linux', uid: 1000 }).args).toEqual([])
    expect(runtimeFacts('/node', official, { platform: 'darwin', uid: 0 }).args).toEqual([])
  })

  test('tell the app of the addon that the fallback needs, and of nothing with the official runtime', () => {
    expect(runtimeFacts('/node', official).env).toEqual({})
    const fallback = { ...official, kind: 'fallback' as const, sqliteBinding: '/b.node', distPath: '/dist' }
    expect(runtimeFacts('/node', fallback).env).toEqual({
      CREEL_SQLITE_BINDING: '/b.node',
      ELECTRON_OVERRIDE_DIST_PATH: '/dist',
    })
  })
})

test('libraries that the dynamic linker does not list are missing', () => {
  const listing =
    '2 libs found\n\tlibnss3.so (libc6,x86-64) => /lib/libnss3.so\n\tlibgbm.so.1 (libc6) => /lib/libgbm.so.1\n'
  expect(missingLibraries(listing, ['libnss3.so', 'libgtk-3.so.0', 'libgbm.so.1'])).toEqual(['libgtk-3.so.0'])
})

test.each([
  ['ID=debian\nVERSION_ID="12"', false],
  ['ID=debian\nVERSION_ID="13"', true],
  ['ID=ubuntu\nVERSION_ID="22.04"', false],
  ['ID=ubuntu\nVERSION_ID="24.04"', true],
  ['ID=fedora\nVERSION_ID=41', false],
])('packages have their 64-bit time_t names in %j: %s', (release, isAfter) => {
  expect(isAfterTimeChange(release)).toBe(isAfter)
})

test('Node 24 and newer is used as it is', () => {
  expect(['20.20.2', '22.14.0', '24.0.0', '26.1.0'].map(isGoodEnough)).toEqual([false, false, true, true])
})

test('a display counts on Linux only', () => {
  expect(hasDisplay({}, 'linux')).toBe(false)
  expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
  expect(hasDisplay({}, 'win32')).toBe(true)
})

test('a failed download is told in one line', () => {
  expect(firstLine('TypeError: fetch failed\n    at node:internal/deps/undici')).toBe('fetch failed')
  expect(firstLine('')).toBe('it gave no reason')
})
