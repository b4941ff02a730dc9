import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../../scripts/setup/places.mjs'
import { run } from '../../scripts/setup/run.mjs'
import { lastOf, readDockerfile, readEnvironment, type Stage } from '../helpers/dockerfile.ts'
import { eventually } from '../helpers/eventually.ts'
import { ownFreePort } from '../helpers/first-port.ts'
import { post } from '../helpers/post.ts'
import { ADMIN, administer } from '../helpers/relay-administration.ts'
import { startRelayProcess } from '../helpers/relay-process.ts'

// deploy/Dockerfile without Docker: the commands of its first stage run in a folder, and its last stage's run what came out.

const stages = readDockerfile(readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8'))
const [build, final] = stages as [Stage, Stage]
/** Needs a registry; what it would install is there already. */
const INSTALL = 'npm ci --ignore-scripts'
const environment = readEnvironment(final)

/** What it makes is for Linux. */
const IS_LINUX = process.platform === 'linux'

let folder: string
let image: string

beforeAll(async () => {
  if (!IS_LINUX) return
  folder = await mkdtemp(join(tmpdir(), 'creel-container-'))
  for (const { name, words } of build.instructions) {
    if (name === 'COPY') copyInto(words.split(' '))
    if (name === 'RUN') await runThere(words)
  }
  image = join(folder, 'relay-image')
  // Away from the checkout's packages: what it needs must be in it.
  await rm(join(folder, 'node_modules'))
}, 120_000)
afterAll(async () => {
  if (IS_LINUX) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

function copyInto(words: readonly string[]): void {
  const place = words.at(-1) ?? ''
  for (const source of words.slice(0, -1)) {
    const target = place.endsWith('/') ? join(folder, place, basename(source)) : join(folder, place)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(ROOT, source), target, { recursive: true })
  }
}

async function runThere(words: string): Promise<void> {
  if (words === INSTALL) return symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  const { code, output } = await run('sh', ['-c', words], { cwd: folder, quiet: true, env: { PATH } })
  expect(code, output).toBe(0)
}

test('it is built in one stage and run from another, by nobody special, on a small image of Node 24', () => {
  expect(stages.map(({ image: from, name }) => [from, name])).toEqual([
    ['node:24-slim', 'build'],
    ['node:24-slim', null],
  ])
  expect(lastOf(final, 'USER')).toBe('node')
  expect(lastOf(final, 'VOLUME')).toBe(environment['CREEL_DATA_DIR'])
  expect(lastOf(final, 'EXPOSE')).toBe(environment['CREEL_PORT'])
  // Files of root, so that what is run cannot be changed by who runs it.
  const order = final.instructions.map(({ name }) => name)
  expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('COPY'))
  expect(build.instructions).toContainEqual({ name: 'RUN', words: INSTALL })
})

test('everything that is copied is there, and goes to the builder', () => {
  const ignored = readFileSync(join(ROOT, 'deploy/Dockerfile.dockerignore'), 'utf8').split('\n')
  const copied = build.instructions
    .filter(({ name }) => name === 'COPY')
    .flatMap(({ words }) => words.split(' ').slice(0, -1))
  expect(copied.filter((source) => !existsSync(join(ROOT, source)))).toEqual([])
  expect(ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual(
    copied.toSorted(byPlaceIn(ignored)),
  )
  expect(ignored).toContain('*')
})

function byPlaceIn(lines: readonly string[]): (one: string, other: string) => number {
  return (one, other) => lines.indexOf(`!${one}`) - lines.indexOf(`!${other}`)
}

test.runIf(IS_LINUX)('what it builds runs as it says, is healthy by its own check, and takes a webhook', async () => {
  const [, program = ''] = JSON.parse(lastOf(final, 'ENTRYPOINT')) as string[]
  const [copiedFrom, copiedTo = ''] = lastOf(final, 'COPY').split(' ').slice(1)
  expect([copiedFrom, dirname(program)]).toEqual(['/build/relay-image', copiedTo])
  const inside = {
    ...environment,
    CREEL_PORT: String(await ownFreePort()),
    CREEL_OPS_PORT: String(await ownFreePort()),
  }
  const env = { ...inside, CREEL_HOST: '127.0.0.1', CREEL_DATA_DIR: join(folder, 'data'), CREEL_ADMIN_TOKEN: ADMIN }
  const words = JSON.parse(lastOf(final, 'CMD')) as string[]
  const relay = startRelayProcess([join(image, basename(program)), ...words], env)
  const { url } = await relay.up()

  const check = JSON.parse(lastOf(final, 'HEALTHCHECK').replace(/^.*? CMD /, '')) as string[]
  expect(check[0]).toBe('node')
  const isHealthy = async () => (await run(process.execPath, check.slice(1), { env, quiet: true })).code
  await eventually(async () => expect(await isHealthy()).toBe(0), 200)
  const administration = administer(url)
  const input = await administration.newInput(await administration.newBucket('contained'))
  expect(await post(`${url}/in/${input}`, 'x')).toMatchObject({ status: 200 })
  relay.child.kill('SIGTERM')
  expect(await relay.finished).toMatchObject({ code: 0, stderr: '' })
  expect(await isHealthy()).toBe(1)
})

test('the compose file builds that Dockerfile, keeps the data, and shows the relay to this machine alone', () => {
  const compose: unknown = parse(readFileSync(join(ROOT, 'deploy/compose.yaml'), 'utf8'))
  expect(compose).toMatchObject({
    services: {
      relay: {
        build: { context: '..', dockerfile: 'deploy/Dockerfile' },
        ports: [`127.0.0.1:8080:${environment['CREEL_PORT']}`],
        volumes: [`data:${environment['CREEL_DATA_DIR']}`],
        read_only: true,
        cap_drop: ['ALL'],
      },
    },
    volumes: { data: null },
  })
})
