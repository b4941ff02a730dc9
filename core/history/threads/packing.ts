import type { DraftId } from '../../../protocol/draft.ts'
import type { DeliveryId, RequestId, RequestUid } from '../../../protocol/ids.ts'
import type { Calls, StoreReply, WriterCalls } from './messages.ts'
import {
  packAllPlanned,
  packArrival,
  packAttempt,
  packChange,
  packContent,
  unpackAllPlanned,
  unpackArrival,
  unpackAttempt,
  unpackChange,
  unpackContent,
} from './pack-rows.ts'
import type { Packer, Unpacker } from './packer.ts'

/**
 * How the calls of a thread cross to it: those that come thousands of times a second, and those that bring bytes, in pieces; all others as they are. Bytes must
 * not cross as they are: a view would take all of the memory along that it is a part of.
 */
export type Packing<C extends Calls> = {
  readonly [N in keyof C & string]?: {
    pack(input: C[N]['input'], to: Packer): void
    unpack(from: Unpacker): C[N]['input']
  }
}

export const WRITER_PACKING: Packing<WriterCalls> = {
  store: {
    pack({ arrival, content, deliveries }, to) {
      packArrival(arrival, to)
      packContent(content, to)
      packAllPlanned(deliveries, to)
    },
    unpack(from) {
      return { arrival: unpackArrival(from), content: unpackContent(from), deliveries: unpackAllPlanned(from) }
    },
  },
  finishAttempt: {
    pack({ attempt, change }, to) {
      packChange(change, to)
      packAttempt(attempt, to)
    },
    unpack(from) {
      const change = unpackChange(from)
      return { attempt: unpackAttempt(from), change }
    },
  },
  sendDraft: {
    pack({ arrival, draftId, url, changes, deliveries, body }, to) {
      packArrival(arrival, to)
      to.value(draftId)
      to.value(url)
      to.value(changes)
      packAllPlanned(deliveries, to)
      to.value(body !== null)
      if (body !== null) packContent(body, to)
    },
    unpack(from) {
      return {
        arrival: unpackArrival(from),
        draftId: from.value(),
        url: from.value(),
        changes: from.value(),
        deliveries: unpackAllPlanned(from),
        body: from.value<boolean>() ? unpackContent(from) : null,
      }
    },
  },
  saveDraft: {
    pack({ id, content, body }, to) {
      to.value(id)
      to.value(content)
      to.value(typeof body === 'string' ? body : null)
      if (typeof body !== 'string') packContent(body, to)
    },
    unpack(from) {
      const [id, content] = [from.value<DraftId>(), from.value<string>()]
      const body = from.value<'keep' | 'original' | null>() ?? unpackContent(from)
      return { id, content, body }
    },
  },
}

/** A reply as it crosses: of most, whose name is their origin's, only numbers. */
export type PackedStoreReply = readonly number[] | StoreReply

export function packStoreReply(reply: StoreReply, originId: string | null): PackedStoreReply {
  return reply.kind === 'stored' && reply.uid === originId ? [reply.id, ...reply.deliveryIds] : reply
}

export function unpackStoreReply(packed: PackedStoreReply, originId: string | null): StoreReply {
  if ('kind' in packed) return packed
  const [id = 0, ...deliveryIds] = packed
  return {
    kind: 'stored',
    id: id as RequestId,
    uid: (originId ?? '') as RequestUid,
    deliveryIds: deliveryIds as DeliveryId[],
  }
}
