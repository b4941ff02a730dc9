import { createHash } from 'node:crypto'
import { Agent, request, type ClientRequest } from 'node:http'
import { createRandom, SEED } from './burst-random.ts'

/** A request of a burst, and what its sender knows of it. */
export type SentRequest = {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** The status that came; `unknown` when the connection broke before it did, `refused` when none could be made: then not a byte was sent. */
  answer: number | 'pending' | 'unknown' | 'refused'
}

/** A sender with a bounded number of connections that never sends anything twice. */
export type Burst = {
  /** Everything that was begun, by name, in the order in which it was. */
  readonly sent: ReadonlyMap<string, SentRequest>
  /** Names of what was answered 2xx. */
  accepted(): string[]
  /** Begins nothing more. Resolves when all that was begun has ended. */
  stop(): Promise<void>
}

export type BurstOptions = {
  readonly inputUrl: string
  /** Names begin with it. */
  readonly prefix: string
  readonly connections: number
  /** Ends by itself after so many. */
  readonly count?: number
  /** At most so many begun in a second; none: as many as are taken. */
  readonly perSecond?: number
  /** One in so many has a body over 256 KiB, which goes in chunks. */
  readonly longEvery?: number
}

const LONG = { from: 262_145, to: 900_000 }
/** The pause of a sender that finds nobody, so that it does not spin. */
const PAUSE_MS = 25

/** A body that its name says: whoever knows the name can make it again. */
function bodyOf(name: string, bytes: number): Buffer {
  const unit = createHash('sha512').update(name).digest()
  return Buffer.alloc(bytes, unit)
}

export function startBurst(options: BurstOptions): Burst {
  const { inputUrl, connections } = options
  // Its own, so that how fast it goes changes nobody else's choices.
  const random = createRandom(SEED)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const sent = new Map<string, SentRequest>()
  const startedAt = performance.now()
  let isStopped = false
  let last = 0

  function isTooEarly(): boolean {
    if (options.perSecond === undefined) return false
    return last >= ((performance.now() - startedAt) / 1000) * options.perSecond
  }

  async function sendInTurn(): Promise<void> {
    while (!isStopped && last < (options.count ?? Infinity)) {
      if (isTooEarly()) {
        await pause(PAUSE_MS)
        continue
      }
      const name = `${options.prefix}-${(last += 1)}`
      const isLong = last % (options.longEvery ?? 40) === 0
      const bytes = isLong ? random.between(LONG.from, LONG.to) : random.between(0, 4_000)
      const body = bodyOf(name, bytes)
      const one: SentRequest = {
        name,
        bytes,
        sha256: createHash('sha256').update(body).digest('hex'),
        answer: 'pending',
      }
      sent.set(name, one)
      one.answer = await send(agent, `${inputUrl}/${name}`, body)
      if (typeof one.answer !== 'number' || one.answer >= 300) await pause(PAUSE_MS)
    }
  }

  const senders = Promise.all(Array.from({ length: connections }, sendInTurn))
  return {
    sent,
    accepted: () => [...sent.values()].filter(isAccepted).map(({ name }) => name),
    async stop() {
      isStopped = true
      await senders
      agent.destroy()
    },
  }
}

export function isAccepted({ answer }: SentRequest): boolean {
  return typeof answer === 'number' && answer >= 200 && answer < 300
}

/** Posts a small request of this name. Gives whether it was accepted. */
export async function sendOne(inputUrl: string, name: string): Promise<boolean> {
  const agent = new Agent()
  const answer = await send(agent, `${inputUrl}/${name}`, bodyOf(name, 10))
  agent.destroy()
  return answer === 200
}

function send(agent: Agent, url: string, body: Buffer): Promise<number | 'unknown' | 'refused'> {
  return new Promise((resolve) => {
    const going: ClientRequest = request(
      url,
      { method: 'POST', agent, headers: { 'content-length': body.length, 'content-type': 'application/octet-stream' } },
      (response) => {
        response.once('error', () => resolve('unknown'))
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.resume()
      },
    )
    going.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'unknown'),
    )
    going.end(body)
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
