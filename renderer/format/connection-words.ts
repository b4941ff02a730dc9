import type { Source, SourceStatus } from '../../protocol/source.ts'
import type { Target, TargetStatus } from '../../protocol/target.ts'
import { formatDuration } from './duration.ts'
import { countdown, timeAgoInWords } from './time-ago.ts'

export type SourceWords = {
  readonly mark: 'live' | 'reconnecting' | 'refused' | 'disconnected'
  /** One word or two, for a rail item or a badge. */
  readonly word: string
  /** A sentence without a dot, with the time of proof where there is one. */
  readonly full: string
}

/** A source's connection in words. "Connected" always carries its proof. */
export function describeSource(source: Source, status: SourceStatus | undefined, now: number): SourceWords {
  if (source.disconnected) return { mark: 'disconnected', word: 'disconnected', full: 'Disconnected, receives nothing' }
  const connection = status?.connection ?? { state: 'connecting', attempt: 1 }
  switch (connection.state) {
    case 'disconnected':
      return { mark: 'disconnected', word: 'disconnected', full: 'Disconnected, receives nothing' }
    case 'connecting':
      return { mark: 'reconnecting', word: 'connecting', full: 'Connecting' }
    case 'connected': {
      const proof = `verified ${timeAgoInWords(connection.verifiedAt, now)} in ${formatDuration(connection.roundTripMs)}`
      return { mark: 'live', word: 'Connected', full: `Connected, ${proof}` }
    }
    case 'waiting': {
      const next = `Next try in ${countdown(connection.nextAttemptAt, now)}`
      return { mark: 'reconnecting', word: 'reconnecting', full: `${connection.reason}. ${next}` }
    }
    case 'refused':
      return { mark: 'refused', word: 'Not connected', full: connection.reason }
  }
}

export type TargetWords = {
  readonly mark: 'live' | 'nothing-listens' | 'held' | 'queued'
  /** What stands beside its address: the program, or what is wrong. */
  readonly word: string
  readonly full: string
}

export function describeTarget(target: Target, status: TargetStatus | undefined): TargetWords {
  if (target.held) return { mark: 'held', word: 'on hold', full: 'On hold: what comes waits, in order' }
  switch (status?.health ?? 'unknown') {
    case 'listening': {
      const process = status?.process ?? null
      return { mark: 'live', word: process ?? '', full: process === null ? 'Listens' : `${process} listens` }
    }
    case 'nothing-listens':
      return { mark: 'nothing-listens', word: 'no listener', full: 'Nothing is listening' }
    case 'unknown':
      return { mark: 'queued', word: '', full: 'Not tried yet' }
  }
}
