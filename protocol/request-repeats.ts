import type { RequestId } from './ids.ts'

/** That a request is a repeat of another, or says of itself that it is one. Repeats are marked and never dropped. */
export type RepeatMark = {
  readonly id: RequestId
  /** The first of its kind, and when that came (epoch ms); null where only the sender's counter tells of it. */
  readonly first: RequestId | null
  readonly firstAt: number | null
  /** 2 for the second of its kind. */
  readonly place: number
  /** What the sender's own counter of attempts says, where it has one and it is not at its first. */
  readonly attempt: number | null
}
