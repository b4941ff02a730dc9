import { cpSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../../scripts/setup/places.mjs'
import { runNpm } from '../../scripts/setup/npm.mjs'
import { run } from '../../scripts/setup/run.mjs'
import { ADMIN, administer } from '../helpers/relay-administration.ts'
import { post } from '../helpers/post.ts'
import { startRelayProcess } from '../helpers/relay-process.ts'
import { RELAY } from '../../relay/version.ts'

// `npm pack`, and what it packed installed where nothing of the checkout is near.

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] }
type Manifest = { readonly bin: { readonly creel: string }; readonly engines: { readonly node: string } }

let folder: string
let packed: Packed
let manifest: Manifest
let creel: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'creel-npm-'))
  // What is packed has to be bundled by packing it.
  await rm(join(ROOT, 'dist'), { recursive: true, force: true })
  const { code, output } = await runNpm(process.execPath, ['pack', '--json', '--pack-destination', folder], {
    quiet: true,
  })
  expect(code, output).toBe(0)
  // What prepack says comes before.
  packed = firstOf(JSON.parse(output.slice(output.search(/^[[{]$/m))))
  const installed = join(folder, 'node_modules/creel')
  await mkdir(installed, { recursive: true })
  const words = ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1']
  expect((await run('tar', words, { quiet: true })).code).toBe(0)
  // Of everything that the project uses only the database is a package beside it.
  const database = join(ROOT, 'node_modules/better-sqlite3')
  for (const part of ['package.json', 'lib', `prebuilds/${process.platform}-${process.arch}.node`]) {
    cpSync(join(database, part), join(folder, 'node_modules/better-sqlite3', part), { recursive: true })
  }
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest
  creel = join(installed, manifest.bin.creel)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

/** npm answers with a list, or since its version 12 with an object by name. */
function firstOf(answer: unknown): Packed {
  const [first] = Object.values(answer as Readonly<Record<string, Packed>>)
  if (first === undefined) throw new Error('npm pack told of no package.')
  return first
}

test('holds the bundled command, the licence and the README, and nothing else', () => {
  const known = /^(package\.json|LICENSE|README\.md|dist\/cli\/(assets\/)?[\w-]+\.js)$/
  expect(packed.files.map(({ path }) => path).filter((path) => !known.test(path))).toEqual([])
  expect(readFileSync(creel, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect(manifest.engines.node).toBe('>=22.14')
})

test('creel --version, --help and relay --help say what they are asked for', async () => {
  const ask = (...words: string[]) => run(process.execPath, [creel, ...words], { cwd: folder, quiet: true })
  expect(await ask('--version')).toEqual({ code: 0, output: `${RELAY.version}\n` })
  expect(await ask('--help')).toMatchObject({ code: 0, output: expect.stringContaining('relay [options]') })
  expect(await ask('relay', '--help')).toMatchObject({ code: 0, output: expect.stringContaining('CREEL_PUBLIC_URL') })
  expect(await ask('nonsense')).toMatchObject({ code: 2 })
})

test('creel relay takes a webhook, keeps it over a restart and ends with 0 when it is told to', async () => {
  const env = { CREEL_PORT: '0', CREEL_OPS_PORT: '0', CREEL_DATA_DIR: join(folder, 'data'), CREEL_ADMIN_TOKEN: ADMIN }
  const first = startRelayProcess([creel, 'relay'], env)
  const { url, ops } = await first.up()
  expect((await fetch(`${ops}/ready`)).status).toBe(200)
  expect(await (await fetch(`${ops}/metrics`)).text()).toContain('creel_items')
  const administration = administer(url)
  const bucket = await administration.newBucket('packed')
  const input = await administration.newInput(bucket)
  expect(await post(`${url}/in/${input}/orders`, '{"amount":1.00}')).toMatchObject({ status: 200 })
  first.child.kill('SIGTERM')
  expect(await first.finished).toMatchObject({ code: 0, stderr: '' })

  const second = startRelayProcess([creel, 'relay'], env)
  const again = administer((await second.up()).url)
  expect(await again.ask('GET', `/v1/buckets/${bucket}/requests`)).toMatchObject({
    requests: [{ method: 'POST', target: `/in/${input}/orders` }],
  })
  expect(await again.ask('GET', '/v1/openapi.json')).toHaveProperty('openapi')
  second.child.kill('SIGTERM')
  expect((await second.finished).code).toBe(0)
})

test('a Node without the Node-API of its database is refused in one sentence, with 2', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, napi: '9' } })`
  const words = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, creel, 'relay']
  const { code, stdout, stderr } = await startRelayProcess(words, { CREEL_DATA_DIR: join(folder, 'other') }).finished
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^This Node\.js .* needs Node-API 10, so Node\.js 22\.14 or newer\.\n$/)
})
