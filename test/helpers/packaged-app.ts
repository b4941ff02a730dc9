import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from '@playwright/test'
import { readRuntime } from './runtime.ts'

/** Where the step `package` of scripts/test.mjs puts what it makes. */
const RELEASE = fileURLToPath(new URL('../../test-results/package/', import.meta.url))
const runtime = readRuntime()
const running = new Set<ChildProcess>()

/** Ends what a failed test left running. */
export function killPackaged(): void {
  for (const child of running) child.kill('SIGKILL')
}

export type PackagePlaces = { readonly executable: string; readonly resources: string }

/** The packaged app's program and its folder of resources, as electron-builder names them on this machine. */
export function packagePlaces(): PackagePlaces {
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
  if (process.platform === 'darwin') {
    const contents = join(RELEASE, `mac${suffix}`, 'Creel.app/Contents')
    return { executable: join(contents, 'MacOS/Creel'), resources: join(contents, 'Resources') }
  }
  const [system, name] = process.platform === 'win32' ? ['win', 'Creel.exe'] : ['linux', 'creel']
  const folder = join(RELEASE, `${system}${suffix}-unpacked`)
  return { executable: join(folder, name), resources: join(folder, 'resources') }
}

/** Without what set-up says of the development runtime: the package has to find everything by itself. */
export function plainEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.keys(runtime.env)
  const kept = Object.entries(process.env).filter(([name]) => !own.includes(name))
  return { ...Object.fromEntries(kept), ...added }
}

export type Ended = { readonly code: number | null; readonly output: string }

/** Runs the packaged program to its end. */
export function runPackaged(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { child, output } = spawnPackaged(args, env)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: output() }))
  })
}

export type PackagedApp = {
  readonly page: Page
  /** Asks it to end, as a session's end does, and waits for that; gives its exit code. */
  stop(): Promise<number | null>
}

/**
 * The packaged app with its window. Its fuses let nobody into its main process, so only the page is seen, over Chromium's own port.
 * @throws Error with all that it said, if it ends before it has a window.
 */
export async function startPackaged(userData: string, firstPort: number): Promise<PackagedApp> {
  const args = [`--user-data-dir=${userData}`, '--password-store=basic', '--remote-debugging-port=0']
  const { child, output } = spawnPackaged(args, { LANG: 'en_GB.UTF-8', CREEL_FIRST_PORT: String(firstPort) })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  try {
    const address = await Promise.race([addressOf(child, output), endedEarly(ended, output)])
    const browser = await chromium.connectOverCDP(address, { noDefaults: true })
    const page = await Promise.race([firstPage(browser), endedEarly(ended, output)])
    return {
      page,
      async stop() {
        child.kill('SIGTERM')
        const code = await ended
        await browser.close()
        return code
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

function spawnPackaged(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly output: () => string } {
  const { executable } = packagePlaces()
  if (!existsSync(executable))
    throw new Error(`There is no ${executable}. node scripts/test.mjs build package makes it.`)
  const child = spawn(executable, [...runtime.args, ...args], { env: plainEnvironment(env) })
  running.add(child)
  child.once('close', () => running.delete(child))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()))
  return { child, output: () => text }
}

/** Chromium says on stderr where it listens. */
function addressOf(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve) => {
    child.stderr?.on('data', () => {
      const address = /DevTools listening on (ws:\S+)/.exec(output())?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

async function endedEarly(ended: Promise<number | null>, output: () => string): Promise<never> {
  const code = await ended
  throw new Error(`The packaged app ended with ${code}:\n${output()}`)
}

async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('Chromium told of no context.')
  return context.pages()[0] ?? context.waitForEvent('page')
}
