import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Desk } from './desk.ts'

const ROOT = new URL('..', import.meta.url)
const PROBE = fileURLToPath(new URL('processes/app-probe.cjs', import.meta.url))
const PATIENCE_MS = 60_000
const KIB = 1024

/** The two apps that stand beside each other. */
export const APPS = {
  ours: fileURLToPath(ROOT),
  empty: fileURLToPath(new URL('processes/empty-app/', import.meta.url)),
} as const

/** How set-up found that Electron runs on this machine. */
export type ElectronFacts = {
  readonly electron: { readonly kind: string; readonly version: string; readonly executable: string }
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** An app that the bench started. */
export type RunningApp = {
  /** Settles once it has said so, with the milliseconds since it was started. */
  told(what: 'ready' | 'shown' | 'closed'): Promise<number>
  closeWindow(): Promise<void>
  /** The proportional set size of all its processes: what is shared by n of them counts an nth for each. */
  pssBytes(): number
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Ends what is still running, at once. */
export function killApps(): void {
  for (const child of running) child.kill('SIGKILL')
}

export function readElectronFacts(): ElectronFacts {
  return JSON.parse(readFileSync(new URL('.cache/runtime.json', ROOT), 'utf8')) as ElectronFacts
}

export function startApp(
  facts: ElectronFacts,
  desk: Desk,
  options: { readonly app: string; readonly userData: string; readonly args?: readonly string[] },
): RunningApp {
  const words = [
    '-r',
    PROBE,
    ...facts.args,
    options.app,
    `--user-data-dir=${options.userData}`,
    ...(options.args ?? []),
  ]
  const startedAt = performance.now()
  const child = spawn(facts.electron.executable, words, {
    // Away from the ports of an app that the person at this machine may be running.
    env: { ...process.env, ...facts.env, ...desk.env, CREEL_FIRST_PORT: '24480' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  running.add(child)
  const said = new Map<string, number>()
  const waiting = new Map<string, (ms: number) => void>()
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
    for (const [, what = ''] of text.matchAll(/^bench:(\w+)$/gm)) {
      if (said.has(what)) continue
      const ms = performance.now() - startedAt
      said.set(what, ms)
      waiting.get(what)?.(ms)
    }
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child)
      resolve()
    })
  })

  function told(what: string): Promise<number> {
    const ms = said.get(what)
    if (ms !== undefined) return Promise.resolve(ms)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${options.app} was not ${what} within a minute`)), PATIENCE_MS)
      void ended.then(() => reject(new Error(`${options.app} ended before it was ${what}`)))
      waiting.set(what, (at) => {
        clearTimeout(timer)
        resolve(at)
      })
    })
  }

  return {
    told,
    async closeWindow() {
      child.stdin.write('close\n')
      await told('closed')
    },
    pssBytes: () => descendants(child.pid ?? 0).reduce((sum, pid) => sum + pssOf(pid), 0),
    async stop() {
      child.stdin.write('quit\n')
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** A process and all below it. */
function descendants(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? readIfThere(`/proc/${pid}/stat`) : ''
    // After the name in brackets, which may hold anything: state, parent.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (stat !== '') parents.set(pid, parent)
  }
  const found = [root]
  for (const one of found) for (const [pid, parent] of parents) if (parent === one) found.push(pid)
  return found
}

function pssOf(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1]
  return Number(kib ?? 0) * KIB
}

/** Processes come and go while they are listed. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return ''
    throw error
  }
}
