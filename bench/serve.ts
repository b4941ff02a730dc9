import { readFileSync } from 'node:fs'
import type { Calls, Question, Reply, Usage } from './calls.ts'

export type Handlers<C extends Calls> = {
  readonly [N in keyof C]: (input: C[N]['input']) => C[N]['output'] | Promise<C[N]['output']>
}

/**
 * Answers the bench from within one of its processes: what `handlers` can do, and always `usage`. The process ends with the bench, however that
 * ends.
 */
export function serve<C extends Calls>(handlers: Handlers<C>): void {
  process.on('message', (question: Question) => void answer(handlers, question))
  process.on('disconnect', () => process.exit())
}

/** Tells the bench that questions may come. */
export function sayReady(): void {
  send({ ready: true })
}

async function answer<C extends Calls>(handlers: Handlers<C>, { id, name, input }: Question): Promise<void> {
  if (name === 'usage') return send({ id, value: usage() })
  const handler = handlers[name]
  // Asked of somebody else in this process.
  if (handler === undefined) return
  try {
    send({ id, value: await handler(input) })
  } catch (error) {
    send({ id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

function send(reply: Reply): void {
  process.send?.(reply)
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1000,
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: peakRssBytes(),
  }
}

/**
 * The most that this program had resident. On Linux `maxRSS` begins with what the process had that started this one, as getrusage(2) counts across
 * exec: with the bench's own memory, that is, after it has bundled the relay.
 */
function peakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const kib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  if (!(kib > 0)) throw new Error('This system does not tell the peak of memory.')
  return kib * 1024
}
