import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { makeIcns, makeIco } from '../../../scripts/icons.mjs'
import { adapt, readConfiguration } from '../../../scripts/package/configuration.mjs'
import type { ElectronRuntime } from '../../../scripts/setup/electron.mjs'

const root = new URL('../../../', import.meta.url)
const configuration = await readConfiguration()

type Validate = (configuration: unknown, log: { isEnabled: boolean; add: () => void }) => Promise<void>
// electron-builder's own judge of its configuration, with its own schema; no part of what it exports.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
const { validateConfiguration } = builder('app-builder-lib/out/util/config/config') as {
  readonly validateConfiguration: Validate
}
const validate = (one: unknown): Promise<void> =>
  validateConfiguration(structuredClone(one), { isEnabled: false, add: () => undefined })

test("electron-builder's own schema takes the configuration, and would not take one with a wrong word", async () => {
  await validate(configuration)
  await expect(validate({ ...configuration, appID: 'x' })).rejects.toThrow('appID')
  await expect(validate({ ...configuration, electronFuses: { runAsNodes: false } })).rejects.toThrow('electronFuses')
})

test.each([
  ['runAsNode', false],
  ['enableNodeOptionsEnvironmentVariable', false],
  ['enableNodeCliInspectArguments', false],
  ['grantFileProtocolExtraPrivileges', false],
  ['enableCookieEncryption', true],
  ['enableEmbeddedAsarIntegrityValidation', true],
  ['onlyLoadAppFromAsar', true],
])('a packaged app has the fuse %s set to %s', (fuse, value) => {
  expect(configuration['electronFuses']).toHaveProperty(fuse, value)
})

test.each([
  ['linux', ['AppImage', 'deb']],
  ['mac', ['dmg']],
  ['win', ['nsis']],
])('%s gets %j, for Intel and for ARM', (system, targets) => {
  const arch = ['x64', 'arm64']
  expect(configuration[system]).toHaveProperty(
    'target',
    targets.map((target) => ({ target, arch })),
  )
})

test.each(['linux', 'mac', 'win'])('the icon of %s is there', (system) => {
  const { icon } = configuration[system] as { readonly icon: string }
  expect(existsSync(new URL(icon, root))).toBe(true)
})

test('the icons of Windows and macOS hold the pictures as they are now (node scripts/icons.mjs)', async () => {
  const read = (name: string): Buffer => readFileSync(new URL(`assets/icons/${name}`, root))
  expect(read('creel.ico').equals(await makeIco())).toBe(true)
  expect(read('creel.icns').equals(await makeIcns())).toBe(true)
})

describe('on one machine', () => {
  const official: ElectronRuntime = {
    kind: 'official',
    version: '45.0.0',
    executable: '/e',
    sqliteBinding: null,
    distPath: null,
  }
  const given = { ...official, kind: 'given', version: '33.2.1', distPath: '/dist', sqliteBinding: '/b.node' } as const
  const addons = fileURLToPath(new URL('.cache/addons', root))

  test('the official Electron is packed with what the configuration says, and nothing else', () => {
    expect(adapt(configuration, { electron: official, addons, env: {} })).toEqual(configuration)
  })

  test('an Electron that is there already is packed with the addon that it needs in the place of the usual one', async () => {
    const adapted = adapt(configuration, { electron: given, addons, env: {} })
    expect(adapted).toMatchObject({ electronDist: '/dist', electronVersion: '33.2.1' })
    expect(adapted['files']).toContainEqual({
      from: addons,
      to: 'node_modules/better-sqlite3/prebuilds',
      filter: ['${platform}-${arch}.node'],
    })
    await validate(adapted)
  })

  test.each(['CSC_LINK', 'CSC_NAME'])(
    'a certificate named by %s takes the place of the signature ad hoc',
    async (name) => {
      const adapted = adapt(configuration, { electron: official, addons, env: { [name]: 'x' } })
      expect(adapted['mac']).not.toHaveProperty('identity')
      expect(adapted['mac']).toHaveProperty('hardenedRuntime', true)
      expect(configuration['mac']).toHaveProperty('identity', '-')
      await validate(adapted)
    },
  )
})
