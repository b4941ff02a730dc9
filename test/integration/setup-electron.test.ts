import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { downloadOfficial, officialVersion } from '../../scripts/setup/electron-official.mjs'
import { prepareElectron, type ElectronRuntime } from '../../scripts/setup/electron.mjs'
import { ROOT } from '../../scripts/setup/places.mjs'
import { zip } from '../helpers/zip.ts'

const FALLBACK: ElectronRuntime = {
  kind: 'fallback',
  version: '33',
  executable: '/f',
  sqliteBinding: null,
  distPath: null,
}

let temporary: string
let folder: string
let version: string
let archive: Buffer
let sums: string
let asked: string[]
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  if (request.url?.endsWith('/SHASUMS256.txt')) response.end(sums)
  else if (request.url?.endsWith('.zip')) response.end(archive)
  else response.writeHead(404).end()
})

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'creel-electron-'))
  // The real npm package in a place of its own: it unpacks beside its own files.
  folder = join(temporary, 'node_modules/electron')
  await mkdir(folder, { recursive: true })
  for (const name of ['package.json', 'install.js', 'checksums.json']) {
    await cp(join(ROOT, 'node_modules/electron', name), join(folder, name))
  }
  for (const scope of ['@electron', '@electron-internal']) {
    await symlink(join(ROOT, 'node_modules', scope), join(temporary, 'node_modules', scope), 'junction')
  }
  version = await officialVersion(folder)
  const executable = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[String(process.platform)]
  archive = zip({ version, [executable ?? 'electron']: 'the real one', 'electron.d.ts': '' })
  sums = `${createHash('sha256').update(archive).digest('hex')} *electron-v${version}-${process.platform}-${process.arch}.zip\n`
  asked = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await rm(temporary, { recursive: true, force: true })
})

/** An address that nothing listens on. */
async function unreachable(): Promise<string> {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  await new Promise((resolve) => taken.close(resolve))
  return `http://127.0.0.1:${port}/`
}

function mirrorEnv(): NodeJS.ProcessEnv {
  const { port } = server.address() as AddressInfo
  return {
    ELECTRON_MIRROR: `http://127.0.0.1:${port}/`,
    electron_config_cache: join(temporary, 'downloads'),
    // The archive of this test is not in the package's own list.
    electron_use_remote_checksums: '1',
    CREEL_CACHE_DIR: join(temporary, 'cache'),
  }
}

test('the official runtime is asked for first, verified and unpacked', async () => {
  const fallback = vi.fn(async () => FALLBACK)
  const runtime = await prepareElectron(process.execPath, { env: mirrorEnv(), folder, fallback })
  expect(runtime).toMatchObject({ kind: 'official', version, sqliteBinding: null })
  expect(await readFile(runtime.executable, 'utf8')).toBe('the real one')
  expect(asked.toSorted()).toEqual([
    `/v${version}/SHASUMS256.txt`,
    `/v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`,
  ])
  expect(fallback).not.toHaveBeenCalled()
})

test('a runtime that is there already is not asked for again', async () => {
  await prepareElectron(process.execPath, { env: mirrorEnv(), folder })
  asked = []
  const runtime = await prepareElectron(process.execPath, { env: mirrorEnv(), folder })
  expect(runtime.kind).toBe('official')
  expect(asked).toEqual([])
})

test('an archive with another checksum is refused', async () => {
  sums = sums.replace(/^[0-9a-f]{4}/, '0000')
  const outcome = await downloadOfficial(process.execPath, { folder, env: mirrorEnv() })
  expect(outcome).toMatchObject({ ok: false, why: expect.stringMatching(/checksum/i) })
})

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'where its host cannot be reached the fallback is used, and the host left in peace for a day',
  async () => {
    const fallback = vi.fn(async () => FALLBACK)
    const nobody = await unreachable()
    const env = { ...mirrorEnv(), ELECTRON_MIRROR: nobody }
    expect(await prepareElectron(process.execPath, { env, folder, fallback })).toBe(FALLBACK)
    expect(fallback).toHaveBeenLastCalledWith(
      process.execPath,
      expect.stringContaining(`${env.ELECTRON_MIRROR} cannot be reached`),
    )

    // The second time nothing is asked: even a host that would answer now is not.
    let connections = 0
    const host = createServer(() => undefined).on('connection', () => (connections += 1))
    await new Promise<void>((resolve) => host.listen(Number(new URL(nobody).port), '127.0.0.1', resolve))
    onTestFinished(() => void host.close())
    expect(await prepareElectron(process.execPath, { env, folder, fallback })).toBe(FALLBACK)
    expect(connections).toBe(0)

    // Another mirror is another question.
    expect(await prepareElectron(process.execPath, { env: mirrorEnv(), folder, fallback })).toMatchObject({
      kind: 'official',
    })
  },
)

test('when the official runtime is insisted on, its failure says what to do', async () => {
  const env = { ...mirrorEnv(), ELECTRON_MIRROR: await unreachable(), CREEL_ELECTRON: 'official' }
  await expect(prepareElectron(process.execPath, { env, folder })).rejects.toThrow(
    /could not be fetched[\s\S]*ELECTRON_MIRROR/,
  )
})

test('a runtime named by hand is used as it is, and missed by name', async () => {
  const env = { ...mirrorEnv(), ELECTRON_OVERRIDE_DIST_PATH: temporary }
  await expect(prepareElectron(process.execPath, { env, folder })).rejects.toThrow(
    `names ${temporary}, but there is no`,
  )
})
