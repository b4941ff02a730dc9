import type { DeliveryDigest, HoldReason, ListeningPort } from '../../protocol/delivery.ts'
import type { DeliveryId, RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import type { Target, TargetStatus } from '../../protocol/target.ts'
import type { DeliveryChange, LiveDelivery, NewAttempt, PlannedDelivery, StoredDelivery } from '../history/history.ts'

/** What is sent: a stored request, with its body in reach. */
export type SendableRequest = {
  readonly id: RequestId
  readonly uid: string
  readonly method: string
  /** Verbatim, latin-1. */
  readonly requestTarget: string
  readonly mountBytes: number
  readonly headers: readonly HeaderLine[]
  /** The sender's address. */
  readonly remote: string | null
  /** Scheme of the URL that the sender used, for X-Forwarded-Proto. */
  readonly scheme: 'http' | 'https'
  /** A person wrote its header lines, Host too if there is one: nothing is told of a first hop that there was not. */
  readonly isAsWritten?: boolean
  readonly bodyBytes: number
  readonly bodySha256: string
  /** Whether `body` has been held against its hash already. */
  readonly isProven: boolean
  /** The body when it is at hand (at most 256 KiB), else null: then it is read in pieces. */
  readonly body: Uint8Array | null
}

/** What the forwarder needs from the history. */
export type ForwarderStore = {
  /** Requests with those of their bodies that are small enough to be held in memory while they are sent, in the order asked for. Null for one that was deleted. */
  load(ids: readonly RequestId[]): Promise<readonly (SendableRequest | null)[]>
  /** An exact copy of [from, to); null when the body is gone. */
  readBody(id: RequestId, from: number, to: number): Promise<Uint8Array | null>
  change(changes: readonly DeliveryChange[]): Promise<void>
  finishAttempt(attempt: NewAttempt, change: DeliveryChange): Promise<unknown>
}

/** What became of a delivery, as its row in the history has it now. What an attempt leaves is there only when one has ended. */
export type DeliveryNews = {
  readonly requestId: RequestId
  readonly deliveryId: DeliveryId
  /** Of the target, as it was when the delivery was made. */
  readonly url: string
  readonly change: Pick<DeliveryDigest, 'state' | 'holdReason'> &
    Partial<Pick<DeliveryDigest, 'status' | 'failureCode' | 'latencyMs'>>
}

/** What is told of a delivery at once, while the history is told of it when there is time. */
export type DeliveryMarks = {
  /** It has its connection, and the first byte leaves now. */
  begun(id: DeliveryId): void
  /** Its answer came whole. */
  answered(id: DeliveryId, status: number, latencyMs: number): void
  /** It is in the history what became of it. */
  ended(id: DeliveryId): void
  /** It is in the history that it waits again. */
  waits(id: DeliveryId): void
}

export type ForwarderOptions = {
  readonly store: ForwarderStore
  readonly now: () => number
  readonly monotonic: () => number
  /** Which ports of this computer have a listener; for the sentence about a target where nobody does. */
  readonly listListening: () => Promise<readonly ListeningPort[]>
  /** Whether resends carry `Creel-Resend: <id>`. */
  readonly markResends: () => boolean
  /** A request's deliveries changed; the list's row is drawn anew. */
  readonly onDelivery: (change: DeliveryNews) => void
  readonly onTarget: (status: TargetStatus) => void
  /** Told what is under way, in time for a process that may be killed at any moment. */
  readonly marks: DeliveryMarks
  /** A write to the history failed; the forwarder holds until `resumeAfterFailure`. */
  readonly onStoreFailure: (error: unknown) => void
  /** Shortens the waits of tests. */
  readonly probeEveryMs?: number
}

/**
 * Sends deliveries to targets: starts them in order of arrival, at most N in flight to one target; holds them while nobody listens there, probing,
 * and while the user holds forwarding, a source or a target. (DESIGN: "Forwarded request".)
 *
 * The way of a delivery: `plan` (slots are reserved, states decided) -> stored by the history -> `start` (those planned as sending go out, the others queue).
 */
export type Forwarder = {
  /** Replaces what is known of targets. A target that is gone has its waiting deliveries cancelled. */
  setTargets(targets: readonly Target[]): void
  setForwarding(on: boolean): void
  isForwarding(): boolean
  setSourceHeld(id: SourceId, held: boolean): void
  /** The source is gone: what waits of it is cancelled, and it holds nothing any more. */
  dropSource(id: SourceId): Promise<void>
  /** The requests are gone: what waits of them waits for nothing. */
  dropRequests(ids: readonly RequestId[]): Promise<void>
  /**
   * The requests are out of sight, and may come back: what waits of them does not go out, and the history is told nothing. Gives the way to put it back
   * where it stood: all of it, or that of some.
   */
  setAside(ids: readonly RequestId[]): (some?: readonly RequestId[]) => void
  /** Decides, synchronously and in order of arrival, whether each delivery can be stored as `sending` (reserving its slot), `queued` or `held`. */
  plan(wish: {
    sourceId: SourceId | null
    targets: readonly TargetId[]
    reason: PlannedDelivery['reason']
  }): readonly PlannedDelivery[]
  /** After the commit: sends or queues. `request` is given where it is at hand, so that it is not read back. */
  start(
    deliveries: readonly StoredDelivery[],
    context: { sourceId: SourceId | null; request: SendableRequest | null },
  ): void
  /** Gives back the slots of a plan that was not stored (a duplicate, a failure). */
  abandon(planned: readonly PlannedDelivery[]): void
  /** At start: takes over what an earlier run left. */
  resume(live: readonly LiveDelivery[]): void
  /**
   * Takes over what the history has as live and nobody started: stored by a thread that died before it could say so. `read` tells what is live
   * after all writes called for before it.
   */
  adopt(read: () => Promise<readonly LiveDelivery[]>): Promise<void>
  /** Deliveries that would go out if forwarding were switched on now. */
  heldCount(): number
  /** Turns the deliveries that `heldCount` counts into skipped ones, all but the last `keepLast`. Gives how many. */
  skipHeld(keepLast: number): Promise<number>
  /** Lets held deliveries go at this pace at most; null = as fast as the targets take them. In force until the held ones are gone. */
  setPace(perSecond: number | null): void
  cancel(id: DeliveryId): Promise<boolean>
  /** Sends a retrying delivery, or probes a target, now. */
  tryNow(id: DeliveryId): boolean
  probe(id: TargetId): void
  statuses(): readonly TargetStatus[]
  /** Why a delivery to this target would wait now, or null. */
  holdReason(targetId: TargetId, sourceId: SourceId | null): HoldReason | null
  /** The history can write again: records what could not be recorded, then goes on sending. */
  resumeAfterFailure(): void
  /** Lets attempts in flight end for at most `graceMs`, then breaks them off. What had begun and was not recorded is "outcome unknown" at the next start. */
  stop(graceMs: number): Promise<void>
}
