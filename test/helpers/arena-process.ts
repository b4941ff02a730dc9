import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { EngineAsk, EngineStatus, EngineWishes } from './arena-engine.ts'
import { startRelayProcess } from './relay-process.ts'

/** A program of ours in a process of its own: killed and started as often as a proof wants, on the same files and port. */
export type KillableProcess = {
  /** Resolves when it is up. Nothing where it is up already. */
  start(): Promise<void>
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** Stops it where it stands, as a suspended machine does, and lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** What it has complained of in all its lives. */
  complaints(): readonly string[]
}

export type EngineProcess = KillableProcess & {
  /** When it was killed, by the clock. */
  readonly killedAt: readonly number[]
  status(): Promise<EngineStatus>
  setForwarding(on: boolean): Promise<void>
  /** As a click on "Reconnect": for proofs that are not about how long it waits by itself. */
  retryNow(): Promise<void>
}

const ENGINE = fileURLToPath(new URL('engine-process.ts', import.meta.url))

/** `creel relay` as it is started by hand. `env` are its settings. */
export function relayProcess(env: Readonly<Record<string, string>>): KillableProcess {
  let running: ReturnType<typeof startRelayProcess> | null = null
  const complaints: string[] = []
  return {
    async start() {
      running ??= startRelayProcess(['cli/main.ts', 'relay'], env)
      await running.up()
    },
    async kill() {
      const killed = running
      running = null
      killed?.child.kill('SIGKILL')
      const end = await killed?.finished
      if (end && end.stderr !== '') complaints.push(end.stderr)
    },
    signal: (name) => void running?.child.kill(name),
    complaints: () => [...complaints, ...(running && running.stderr() !== '' ? [running.stderr()] : [])],
  }
}

/** The engine alone, with its threads. `env` is added to this environment. */
export function engineProcess(
  dataDir: string,
  wishes: EngineWishes,
  env: Readonly<Record<string, string>> = {},
): EngineProcess {
  let child: ChildProcess | null = null
  let lastId = 0
  let complaints = ''
  const waiting = new Map<number, (value: unknown) => void>()
  const killedAt: number[] = []
  onTestFinished(() => void child?.kill('SIGKILL'))

  function ask(question: EngineAsk): Promise<unknown> {
    const id = (lastId += 1)
    return new Promise((resolve, reject) => {
      if (child === null) reject(new Error('The engine does not run.'))
      waiting.set(id, resolve)
      child?.send({ id, ask: question })
    })
  }

  return {
    killedAt,
    async start() {
      if (child !== null) return
      const made = fork(ENGINE, [dataDir, JSON.stringify(wishes)], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { ...process.env, ...env },
      })
      child = made
      made.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text))
      made.on('message', ({ id, value }: { id: number; value: unknown }) => {
        waiting.get(id)?.(value)
        waiting.delete(id)
      })
      const ended = once(made, 'exit').then(() => {
        throw new Error(`The engine ended at its start: ${complaints}`)
      })
      if (made.stdout) await Promise.race([once(made.stdout, 'data'), ended])
      ended.catch(() => undefined)
      made.stdout?.resume()
    },
    async kill() {
      const killed = child
      child = null
      if (killed === null) return
      const ended = once(killed, 'exit')
      killed.kill('SIGKILL')
      await ended
      killedAt.push(Date.now())
    },
    signal: (name) => void child?.kill(name),
    complaints: () => complaints.split('\n').filter((line) => line !== ''),
    status: async () => (await ask({ kind: 'status' })) as EngineStatus,
    retryNow: async () => void (await ask({ kind: 'retry' })),
    setForwarding: async (on) => void (await ask({ kind: 'forwarding', on })),
  }
}
