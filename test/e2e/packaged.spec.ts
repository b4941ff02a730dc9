import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractFile, listPackage, statFile } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '@playwright/test'
import { ownFirstPort } from '../helpers/first-port.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { killPackaged, packagePlaces, runPackaged, startPackaged } from '../helpers/packaged-app.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

// What `npm run package -- --dir` makes, as it would be installed: archive, native addon, threads and fuses.

const { executable, resources } = packagePlaces()
const archive = join(resources, 'app.asar')
/** Numbers that a parser would alter, and no UTF-8. */
const BODY = Buffer.concat([
  Buffer.from('{"amount": 1.00, "id": 9007199254740993, "raw": "'),
  Buffer.from([0xff, 0x00]),
])
/** pino's level of errors. */
const ERROR_LEVEL = 50

let folder = ''
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'creel-packaged-'))
})
test.afterEach(async () => {
  killPackaged()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function loggedErrors(userData: string): Promise<string[]> {
  const log = await readFile(join(userData, 'logs/creel.log'), 'utf8')
  return log.split('\n').filter((line) => line !== '' && JSON.parse(line).level >= ERROR_LEVEL)
}

test('the packaged app receives a webhook, shows it, forwards its bytes, resends it, and knows it after a restart', async () => {
  const target = await startLocalTarget()
  const userData = join(folder, 'user data')
  const port = ownFirstPort()
  const first = await startPackaged(userData, port)
  const url = await inputUrl(first.page)
  await useTargets(first.page, [target.url])
  expect(await post(`${url}/orders?b=2&a=1`, BODY)).toMatchObject({ status: 200 })
  const row = requestRows(first.page).filter({ hasText: '/orders' })
  await expect(row).toBeVisible()
  await expect.poll(() => target.received.length).toBe(1)
  expect(target.received[0]).toMatchObject({ method: 'POST', url: '/orders?b=2&a=1', body: BODY })

  await row.click()
  await first.page.keyboard.press('r')
  await expect.poll(() => target.received.length).toBe(2)
  expect(target.received[1]?.body).toEqual(BODY)
  expect(target.received[1]?.rawHeaders).toContain('Creel-Resend')
  expect(await first.stop()).toBe(0)

  const second = await startPackaged(userData, port)
  expect(await inputUrl(second.page)).toBe(url)
  await expect(requestRows(second.page).filter({ hasText: '/orders' }).first()).toBeVisible()
  expect(await second.stop()).toBe(0)
  expect(await loggedErrors(userData)).toEqual([])
  await target.close()
})

test('its fuses, read back from the program, are those that were asked for', async () => {
  const wire = await getCurrentFuseWire(executable)
  const isOn = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE
  expect({
    runAsNode: isOn(FuseV1Options.RunAsNode),
    cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    asarIntegrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
    filePrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    cookieEncryption: true,
    nodeOptions: false,
    inspect: false,
    asarIntegrity: true,
    onlyAsar: true,
    filePrivileges: false,
  })
})

test('it is no Node for other programs, and takes neither their modules nor their debugger', async () => {
  const marker = join(folder, 'was-loaded')
  const module = join(folder, 'module.cjs')
  await writeFile(module, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`)
  // With a profile that it refuses, the app itself ends at once.
  const refused = { code: 2, output: expect.stringContaining('A profile name has 1 to 40 letters') }
  const asNode = await runPackaged(['--profile', '!', `--user-data-dir=${folder}`], { ELECTRON_RUN_AS_NODE: '1' })
  expect(asNode).toEqual(refused)
  const withModule = await runPackaged(['--profile', '!', `--user-data-dir=${folder}`], {
    NODE_OPTIONS: `--require ${module}`,
  })
  expect(withModule).toEqual(refused)
  await expect(readFile(marker)).rejects.toThrow('ENOENT')
  const inspected = await runPackaged(['--inspect=0', '--profile', '!', `--user-data-dir=${folder}`])
  expect(inspected).toEqual(refused)
  expect(inspected.output).not.toContain('Debugger listening')
})

test('its archive holds what was built, icons and the database, and nothing else', () => {
  const files = listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').slice(1))
    .filter((path) => 'size' in statFile(archive, path))
  const known =
    /^(package\.json|out\/(main|preload|renderer)\/.*|assets\/(tray\/[\w@-]+|icons\/256x256)\.png|node_modules\/better-sqlite3\/.*)$/
  expect(files.filter((path) => !known.test(path))).toEqual([])
  expect(files.filter((path) => /\.(map|tsx?|mts|cc?|h|hpp|md|gypi?)$/.test(path))).toEqual([])
  expect(files.filter((path) => path.endsWith('.node'))).toEqual([
    `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`,
  ])
  const about: unknown = JSON.parse(extractFile(archive, 'package.json').toString())
  expect(about).not.toHaveProperty('scripts')
  expect(about).not.toHaveProperty('devDependencies')
})

test('its page is minified', () => {
  const scripts = listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').slice(1))
    .filter((path) => /^out\/renderer\/assets\/.*\.js$/.test(path))
  expect(scripts.length).toBeGreaterThan(1)
  for (const path of scripts) {
    const text = extractFile(archive, path).toString()
    expect(text.length / text.split('\n').length, path).toBeGreaterThan(200)
  }
})
