import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Calls, Reply, Usage } from './calls.ts'

/** A process that the bench started. */
export type BenchProcess<C extends Calls> = {
  readonly child: ChildProcess
  ask<N extends keyof C & string>(name: N, input: C[N]['input']): Promise<C[N]['output']>
  usage(): Promise<Usage>
  /** Asks it to end and waits for that. */
  stop(): Promise<void>
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>
}

export type ProcessOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Modules loaded before the program. */
  readonly preload?: readonly URL[]
  /** Called with each piece that it prints; otherwise that is dropped. */
  readonly onOutput?: (text: string) => void
}

const STOP_GRACE_MS = 10_000
const ERRORS_KEPT = 4_000

const running = new Set<ChildProcess>()

/** Ends what is still running, at once. */
export function killEverything(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts a program in a process of its own. Those that `serve` are asked only after `ready`. */
export function startProcess<C extends Calls>(
  program: URL,
  options: ProcessOptions = {},
): BenchProcess<C> & { readonly ready: Promise<void> } {
  const child = fork(fileURLToPath(program), [...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    execArgv: (options.preload ?? []).flatMap((module) => ['--import', module.href]),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.add(child)
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let errors = ''
  let lastId = 0
  child.stdout?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERRORS_KEPT)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      const problem = new Error(`${program.pathname} ended with ${code ?? signal}. ${errors}`)
      for (const { reject } of waiting.values()) reject(problem)
      waiting.clear()
      resolve()
    })
  })

  function replyTo(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }

  const ready = replyTo(0).then(() => undefined)
  // Programs that say nothing of the kind may end before anybody waits for this.
  ready.catch(() => undefined)
  child.on('message', (reply: Reply) => {
    const id = 'ready' in reply ? 0 : reply.id
    const one = waiting.get(id)
    waiting.delete(id)
    if ('problem' in reply) one?.reject(new Error(reply.problem))
    else one?.resolve('value' in reply ? reply.value : undefined)
  })

  function ask(name: string, input: unknown): Promise<unknown> {
    lastId += 1
    const id = lastId
    const answered = replyTo(id)
    child.send({ id, name, input }, (error) => {
      if (error) waiting.get(id)?.reject(error)
    })
    return answered
  }

  return {
    child,
    ready,
    ask: (name, input) => ask(name, input) as Promise<C[typeof name]['output']>,
    usage: () => ask('usage', null) as Promise<Usage>,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
      await ended
      clearTimeout(timer)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
