import type { HoldReason } from '../../protocol/delivery.ts'
import type { SourceId, TargetId } from '../../protocol/ids.ts'
import type { AtHand } from './at-hand.ts'
import type { DeliveryWrites } from './delivery-writes.ts'
import type { ForwarderOptions } from './forwarder.ts'
import type { Pace } from './pace.ts'

/** What all queues share. */
export type QueueContext = {
  readonly options: ForwarderOptions
  readonly writes: DeliveryWrites
  readonly pace: Pace
  readonly atHand: AtHand
  /** Holds that are not the target's own. */
  readonly outerHold: (sourceId: SourceId | null) => Extract<HoldReason, 'forwarding' | 'source'> | null
  readonly nextOrder: () => number
  /** Something of this target's status changed. */
  readonly onChange: (id: TargetId) => void
}
