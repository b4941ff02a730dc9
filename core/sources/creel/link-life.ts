import { PING_EVERY_MS, SILENCE_MS } from '../../../protocol/limits.ts'
import type { AgentMessage, RelayMessage } from '../../../protocol/relay-message.ts'
import type { SourceConnection } from '../../../protocol/source.ts'

/** What is known of a connection that has been welcomed: whether it lives, since when, and how that is found out. Pure. */
export type Link = {
  readonly skewMs: number
  readonly pending: number
  readonly nextPingAt: number
  readonly pingCount: number
  /** Sent and not answered, oldest first. */
  readonly pings: readonly { readonly nonce: string; readonly sentAt: number }[]
  /** Something must be heard after `from` and before `until`, or the link is dead. */
  readonly proof: { readonly from: number; readonly until: number } | null
  /** Null until the first round trip: only then it is a connection. */
  readonly proven: { readonly at: number; readonly shown: Extract<SourceConnection, { state: 'connected' }> } | null
  /** While we do not read, nothing can be heard. */
  readonly isPaused: boolean
  /** Silence counts from here, or from the last byte if that came later. */
  readonly listeningSince: number
}

export type At = {
  readonly now: number
  readonly monotonic: number
  readonly random: number
  /** When the last byte came on the present connection, monotonic. */
  readonly heardAt: number
}

export type SessionTimes = {
  readonly pingEveryMs: number
  readonly silenceMs: number
  /** For each step of getting connected: the upgrade, the welcome, the first round trip. */
  readonly stepMs: number
  /** For the answer to a ping that was sent because the link is in doubt. */
  readonly proofMs: number
  /** The longest time between two looks at the clocks. */
  readonly lookEveryMs: number
  /** What two clocks may differ by before that counts as sleep. */
  readonly sleptMs: number
}

export const SESSION_TIMES: SessionTimes = {
  pingEveryMs: PING_EVERY_MS,
  silenceMs: SILENCE_MS,
  stepMs: 10_000,
  proofMs: 5_000,
  lookEveryMs: 5_000,
  sleptMs: 5_000,
}

/** A link after something happened, and what is to be sent. */
export type LinkStep = { readonly link: Link; readonly send: readonly AgentMessage[] }

export function beginLink(
  greeting: { readonly helloAt: number; readonly helloNow: number },
  welcome: Extract<RelayMessage, { type: 'welcome' }>,
  at: At,
  times: SessionTimes,
): LinkStep {
  // The relay looked at its clock somewhere between our hello and now.
  const ours = greeting.helloNow + (at.monotonic - greeting.helloAt) / 2
  const link: Link = {
    skewMs: Math.round(welcome.now - ours),
    pending: welcome.pending,
    nextPingAt: at.monotonic,
    pingCount: 0,
    pings: [],
    proof: { from: at.monotonic, until: at.monotonic + times.stepMs },
    proven: null,
    isPaused: false,
    listeningSince: at.monotonic,
  }
  return ping(link, at, times)
}

function ping(link: Link, at: At, times: SessionTimes): LinkStep {
  const nonce = `a${link.pingCount + 1}`
  return {
    link: {
      ...link,
      pingCount: link.pingCount + 1,
      nextPingAt: at.monotonic + times.pingEveryMs,
      pings: [...link.pings.slice(-7), { nonce, sentAt: at.monotonic }],
    },
    send: [{ type: 'ping', nonce }],
  }
}

/** The link is in doubt: a byte must come soon. */
export function proveLink(link: Link, at: At, times: SessionTimes): LinkStep {
  const proof = link.proof ?? { from: at.monotonic, until: at.monotonic + times.proofMs }
  return ping({ ...link, proof, listeningSince: at.monotonic }, at, times)
}

/** Null when this pong answers no ping of ours. */
export function hearPong(link: Link, nonce: string, at: At): Link | null {
  const answered = link.pings.find((sent) => sent.nonce === nonce)
  if (!answered) return null
  const shown = {
    state: 'connected' as const,
    since: link.proven?.shown.since ?? at.now,
    verifiedAt: at.now,
    roundTripMs: Math.max(0, at.monotonic - answered.sentAt),
    skewMs: link.skewMs,
    pending: link.pending,
  }
  return {
    ...link,
    pings: link.pings.slice(link.pings.indexOf(answered) + 1),
    proof: null,
    proven: { at: link.proven?.at ?? at.monotonic, shown },
  }
}

/** While the sink is behind nothing is read, so nothing can be heard: silence is counted anew afterwards. */
export function pauseLink(link: Link, isPaused: boolean, at: At, times: SessionTimes): Link {
  const proof = link.proof && { from: at.monotonic, until: at.monotonic + times.stepMs }
  return { ...link, isPaused, proof, listeningSince: at.monotonic }
}

export function isDead(link: Link, at: At, times: SessionTimes): boolean {
  if (link.isPaused) return false
  const { proof } = link
  if (proof && at.monotonic >= proof.until && at.heardAt <= proof.from) return true
  return at.monotonic >= silenceAt(link, at, times)
}

/** Sends the pings that are due. */
export function keepUp(link: Link, at: At, times: SessionTimes): LinkStep {
  // Something came, though not the answer: a slow line with a large body on it. Silence decides from here.
  const isOverdue = link.proof !== null && !link.isPaused && at.monotonic >= link.proof.until
  const current: Link = isOverdue ? { ...link, proof: null } : link
  return at.monotonic >= link.nextPingAt ? ping(current, at, times) : { link: current, send: [] }
}

/** When a link wants to be looked at next, monotonic. */
export function linkDueAt(link: Link, at: At, times: SessionTimes): number {
  if (link.isPaused) return link.nextPingAt
  return Math.min(link.nextPingAt, link.proof?.until ?? Infinity, silenceAt(link, at, times))
}

function silenceAt(link: Link, at: At, times: SessionTimes): number {
  return Math.max(at.heardAt, link.listeningSince) + times.silenceMs
}
