import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { readRuntime } from './runtime.ts'

/** The real app, started on the real Electron with a profile of its own. */
export type CreelApp = {
  readonly electron: ElectronApplication
  readonly userData: string
  /** The open window; opens one through a second start when it is closed. */
  page(): Promise<Page>
  /** Quits as the tray's Quit does and waits for the end. */
  quit(): Promise<void>
  /** `kill -9`. */
  kill(): Promise<void>
}

export type StartApp = (options?: {
  readonly userData?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}) => Promise<CreelApp>

const runtime = readRuntime()
/** pino's level of errors. */
const ERROR_LEVEL = 50
/** Each app of a run looks for its relay's port in a place of its own, so that one that restarts finds it free. */
const FIRST_PORT = 20_000
const PORTS_PER_WORKER = 5_000
let lastPort = FIRST_PORT + Number(process.env['TEST_PARALLEL_INDEX'] ?? 0) * PORTS_PER_WORKER

type Fixtures = {
  /** A folder that is removed after the test. */
  folder: string
  /** What went wrong unseen in any process: a test that leaves something in here fails. */
  problems: string[]
  /** Problems that the test itself provokes: each of them has to be noticed. */
  expectedProblems: RegExp[]
  startApp: StartApp
}

/** `test` with the app. Ends every app it started, and fails on anything that any process complained of. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'creel-e2e-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  },
  // oxlint-disable-next-line no-empty-pattern -- as above.
  expectedProblems: async ({}, use) => use([]),
  problems: async ({ folder, expectedProblems }, use) => {
    const problems: string[] = []
    await use(problems)
    problems.push(...(await readLoggedErrors(folder)))
    const unexpected = problems.filter((problem) => !expectedProblems.some((pattern) => pattern.test(problem)))
    if (unexpected.length > 0) throw new Error(`The app complained during the test:\n${unexpected.join('\n')}`)
    const missing = expectedProblems.filter((pattern) => !problems.some((problem) => pattern.test(problem)))
    if (missing.length > 0) throw new Error(`The app did not complain, as the test expects: ${missing.join(', ')}`)
  },
  startApp: async ({ folder, problems }, use) => {
    const started: CreelApp[] = []
    await use(async ({ userData = join(folder, 'user-data'), args = [], env = {} } = {}) => {
      const app = await launch({ userData, args, env, problems })
      started.push(app)
      return app
    })
    await Promise.all(started.map((app) => app.quit()))
  },
})

export { expect } from '@playwright/test'

async function launch(options: {
  readonly userData: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly problems: string[]
}): Promise<CreelApp> {
  const { userData, problems } = options
  const electron = await _electron.launch({
    executablePath: runtime.electron.executable,
    args: [...runtime.args, runtime.app, `--user-data-dir=${userData}`, '--password-store=basic', ...options.args],
    env: {
      ...process.env,
      ...runtime.env,
      LANG: 'en_GB.UTF-8',
      CREEL_FIRST_PORT: String((lastPort += 10)),
      ...options.env,
    },
  })
  const child = electron.process()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let isEnded = false
  void ended.then(() => {
    isEnded = true
  })

  electron.on('window', (page) => watch(page, problems))
  for (const page of electron.windows()) watch(page, problems)
  child.stderr?.on('data', (data: Buffer) => {
    const text = data.toString()
    if (/UnhandledPromiseRejection|Uncaught Exception/.test(text)) problems.push(`main: ${text}`)
  })

  return {
    electron,
    userData,
    page: () => firstPage(electron),
    async quit() {
      if (isEnded) return
      await electron.evaluate(({ app }) => app.quit()).catch(ignoreClosed)
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function firstPage(electron: ElectronApplication): Promise<Page> {
  const open = electron.windows().find((page) => !page.isClosed())
  return open ?? electron.firstWindow()
}

function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => problems.push(`page: ${error.stack ?? error.message}`))
}

/** The app may be gone before it answers that it goes. */
function ignoreClosed(problem: unknown): void {
  if (!(problem instanceof Error) || !/closed|destroyed/i.test(problem.message)) throw problem
}

async function readLoggedErrors(folder: string): Promise<string[]> {
  const found: string[] = []
  const { glob } = await import('node:fs/promises')
  for await (const file of glob(join(folder, '*/logs/*.log'))) {
    if (!existsSync(file)) continue
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      if (line === '') continue
      const entry: unknown = JSON.parse(line)
      const isError =
        typeof entry === 'object' && entry !== null && 'level' in entry && Number(entry.level) >= ERROR_LEVEL
      if (isError) found.push(`log: ${line}`)
    }
  }
  return found
}
