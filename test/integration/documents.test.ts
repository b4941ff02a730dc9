import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cacheFolder, ROOT } from '../../scripts/setup/places.mjs'
import { run } from '../../scripts/setup/run.mjs'
import { documentCommands, documents, unreadCommands } from '../helpers/document-commands.ts'
import { eventually } from '../helpers/eventually.ts'
import { ownFreePort } from '../helpers/first-port.ts'
import { post } from '../helpers/post.ts'

// Every command that the documents tell a person to type is run here as it stands there, or named with where it is run instead, or why it is not.

const PORT_OF_DOCUMENTS = '127.0.0.1:8080'
/** The commands that start a relay, which then answers the `curl` lines. */
const RELAY = /^npm run relay(?! -- --help)/
const RUN_HERE = [RELAY, /^npm run relay -- --help$/, /^(auth|TOKEN)=.*admin-token\)"?$/, /^curl /]
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm start': 'opens the app until it is quit: test/e2e starts the same app in the same way',
  'npm run dev': 'goes on until it is stopped',
  'npm test': 'is what runs this test',
  'node scripts/test.mjs types lint unit': 'three steps of `npm test`',
  'npm run fix': 'writes into the checkout; the steps format and lint check what it would do',
  'npm run package -- --dir': 'the step `package` makes it, the step `packaged` tries it',
  'npm run package': 'makes installers with tools that the builder downloads: the workflow `release`',
  'npm pack': 'test/integration/npm-package.test.ts',
  'npm install --global ./creel-0.1.0.tgz':
    'changes the machine; test/integration/npm-package.test.ts installs it in a folder',
  'creel relay --public-url https://hooks.example.org --port 8080':
    'needs the line before; options are in test/integration/relay-process.test.ts',
  'CREEL_PUBLIC_URL=https://hooks.example.org docker compose --file deploy/compose.yaml up --detach --build':
    'needs Docker: the workflow `ci`; test/integration/container.test.ts runs what the Dockerfile says',
  'npm run soak': 'half an hour',
  'npm run bench': 'ten minutes',
  'npm run bench -- --quick': 'minutes of full load',
  'npm run bench -- --only ingest --only arrived': 'minutes of full load',
  'npm run bench -- --json results.json': 'ten minutes',
  'npm run setup -- --again': 'downloads anew; test/integration/setup-electron.test.ts',
  'xattr -dr com.apple.quarantine /Applications/Creel.app': 'macOS, with the app installed',
  'sha256sum --check --ignore-missing SHA256SUMS': 'needs a release; the workflow `release` writes that file',
  'gh attestation verify creel-0.1.0-linux-x64.AppImage --repo OWNER/creel': 'needs a release',
}

/** The documents' lines are for a POSIX shell. */
const HAS_SHELL = process.platform !== 'win32'

const commands = documentCommands()
const isRunHere = (command: string): boolean => RUN_HERE.some((pattern) => pattern.test(command))

/** What somebody who types has: a home, the programs, and nothing of this test's own. */
let home: string
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'creel-documents-'))
  const own = Object.entries(process.env).filter(([name]) => !/^(CREEL_|VITEST|NODE_OPTIONS|npm_)/.test(name))
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  environment = { ...Object.fromEntries(own), PATH, HOME: home, CREEL_CACHE_DIR: cacheFolder() }
})
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))

/** Runs words in a shell, in the checkout; `before` are lines of the same block that set variables. */
async function type(words: string, before: readonly string[] = []): Promise<string> {
  const { code, output } = await run('sh', ['-ec', [...before, words].join('\n')], {
    quiet: true,
    env: shellEnvironment(),
  })
  expect(code, `${words}\n${output}`).toBe(0)
  return output
}

/** `run` adds to this process's own: what is not to be there is taken out by name. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const gone = Object.keys(process.env).filter((name) => !(name in environment))
  return { ...Object.fromEntries(gone.map((name) => [name, undefined])), ...environment }
}

test('every command in the documents is run here, or said where else or why not', () => {
  const unknown = commands.filter(({ command }) => !isRunHere(command) && ELSEWHERE[command] === undefined)
  expect(unknown).toEqual([])
  const gone = Object.keys(ELSEWHERE).filter((known) => !commands.some(({ command }) => command === known))
  expect(gone).toEqual([])
  expect(commands.filter(({ command }) => isRunHere(command)).length).toBeGreaterThan(8)
})

test('no document hides a command in a block that is not read', () => {
  for (const document of documents()) expect(unreadCommands(document), document).toEqual([])
})

test('what the documents link to is there', async () => {
  const { readFile } = await import('node:fs/promises')
  for (const document of documents()) {
    const text = await readFile(join(ROOT, document), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g)]
    const places = links.map(([, link, picture]) => join(ROOT, dirname(document), link ?? picture ?? ''))
    expect(
      places.filter((place) => !existsSync(place)),
      document,
    ).toEqual([])
  }
})

test.runIf(HAS_SHELL)('npm run relay -- --help tells every setting', async () => {
  expect(commands.map(({ command }) => command)).toContain('npm run relay -- --help')
  expect(await type('npm run relay -- --help')).toContain('CREEL_PUBLIC_URL')
})

const withRelay = ['README.md', 'docs/relay.md']
test.runIf(HAS_SHELL).each(withRelay)(
  'the relay of %s starts, and its curl lines make a bucket, an input that takes webhooks, and a token',
  async (document) => {
    const own = commands.filter((one) => one.document === document)
    const starts = own.filter(({ command }) => RELAY.test(command))
    expect(starts.length).toBeGreaterThan(0)
    for (const { command } of starts.slice(1)) await (await startRelay(command)).stop()
    const relay = await startRelay(starts[0]?.command ?? '')
    try {
      const variables = own
        .filter(({ command }) => /^\w+=/.test(command) && isRunHere(command))
        .map(({ command }) => command)
      const answers: Made[] = []
      for (const { command } of own.filter((one) => one.command.startsWith('curl '))) {
        const words = command
          .replace(PORT_OF_DOCUMENTS, relay.address)
          .replaceAll('BUCKET', answers[0]?.id ?? 'BUCKET')
          .replaceAll('INPUT', answers.at(-1)?.id ?? 'INPUT')
        const silent = words.replace('curl ', 'curl --silent --show-error --fail ')
        answers.push(Made.parse(JSON.parse(await type(silent, variables))))
      }
      const [bucket, input, token] = answers
      expect(bucket?.id).toBeTruthy()
      expect(token).toMatchObject({ key: expect.any(String), secret: expect.any(String) })
      expect(await post(`http://${relay.address}/in/${input?.id}/orders`, 'x')).toMatchObject({ status: 200 })
      // What a person is told to put into the app: key:secret.
      const agent = await fetch(`http://${relay.address}/v1/agent`, {
        headers: { authorization: `Bearer ${token?.key}:${token?.secret}` },
      })
      expect(agent.status).toBe(200)
    } finally {
      await relay.stop()
    }
  },
  90_000,
)

const Made = z.looseObject({ id: z.string().optional(), key: z.string().optional(), secret: z.string().optional() })
type Made = z.infer<typeof Made>

type Started = { readonly address: string; stop(): Promise<void> }

/** Starts it as it stands in the document, but on ports that are free, and waits until it is up. */
async function startRelay(command: string): Promise<Started> {
  const [port, ops] = [await ownFreePort(), await ownFreePort()]
  const words = command.replace(/--port \d+/, `--port ${port}`)
  const env = { ...environment, CREEL_PORT: String(port), CREEL_OPS_PORT: String(ops) }
  // A group of its own: npm, a shell and the relay end together.
  const child = spawn('sh', ['-c', `exec ${words}`], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  try {
    await eventually(() => expect(said).toContain('the relay is up'), 100)
  } catch (error) {
    stopGroup(child)
    throw error
  }
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      stopGroup(child)
      await ended
    },
  }
}

function stopGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
}
