import { createHash } from 'node:crypto'
import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import type { GapDetail } from '../../../protocol/request.ts'
import type { BucketState, OpenGap, SubscriptionState } from './bucket-state.ts'
import type { Changes } from './changes.ts'
import { isDamage } from './damage.ts'
import type { ItemIdentity, ItemRow, ItemRows, StoredHead } from './item-rows.ts'
import type { Ledger } from './ledger.ts'

/** A gap names this many of what it stands for. */
const MAX_LINES = 1000

/** What one transaction takes away from one set of subscriptions. */
export type GapDraft = {
  readonly state: BucketState
  /** For whom the items were still waiting. Empty: there is no subscription, the first to come is told. */
  readonly audience: readonly SubscriptionState[]
  detail: GapDetail
  readonly lines: string[]
}

export type Gaps = {
  /** Notes that an item was taken from those who had not acknowledged it. */
  note(state: BucketState, audience: readonly SubscriptionState[], row: ItemRow, reason: GapDetail['reason']): void
  /** At the end of the transaction: stores what was noted, in the bucket's last gap as long as nobody has seen that one. */
  write(): void
}

type Parts = {
  readonly items: ItemRows
  readonly ledger: Ledger
  readonly changes: Changes
  readonly now: () => number
}

export function createGaps({ items, ledger, changes, now }: Parts): Gaps {
  function note(
    state: BucketState,
    audience: readonly SubscriptionState[],
    row: ItemRow,
    reason: GapDetail['reason'],
  ): void {
    // Who has acknowledged everything that goes misses nothing.
    if (audience.length === 0 && state.subscriptions.size > 0) return
    const key = keyOf(audience, reason)
    const head = readable(() => items.open(row).head)
    const own: GapDetail = head?.gap
      ? { ...head.gap, reason }
      : { count: 1, fromSeq: row.seq, toSeq: row.seq, from: row.receivedAt, to: row.receivedAt, reason }
    const lines = head?.gap ? readLines(readable(() => items.readInline(row))) : [lineOf(row, head)]
    const draftKey = `${state.ref} ${key}`
    const draft = changes.gaps.get(draftKey)
    if (draft === undefined) changes.gaps.set(draftKey, { state, audience, detail: own, lines })
    else {
      draft.detail = merge(draft.detail, own)
      draft.lines.push(...lines.slice(0, MAX_LINES - draft.lines.length))
    }
  }

  function write(): void {
    for (const { state, audience, detail, lines } of changes.gaps.values()) {
      const key = keyOf(audience, detail.reason)
      const open = state.openGaps.get(key)
      if (open === undefined) state.openGaps.set(key, add(state, audience, detail, cut(lines)))
      else grow(state, open, detail, lines)
    }
  }

  function add(
    state: BucketState,
    audience: readonly SubscriptionState[],
    detail: GapDetail,
    lines: string[],
  ): OpenGap {
    const body = Buffer.from(lines.join(''))
    const head = headOf(detail)
    const parts = { kind: 'gap', receivedAt: now(), head, bodyBytes: body.length, sha256: sha256(body) } as const
    const added = ledger.append(state, { ...parts, body, bodyId: null })
    const row = items.byRef(added.ref)
    for (const subscription of state.subscriptions.values()) {
      if (!audience.includes(subscription) && row !== undefined) ledger.ack(state, subscription, row, added.text)
    }
    return { ...added, detail, lines }
  }

  function grow(state: BucketState, open: OpenGap, detail: GapDetail, lines: readonly string[]): void {
    open.detail = merge(open.detail, detail)
    open.lines = cut([...open.lines, ...lines])
    const body = Buffer.from(open.lines.join(''))
    const { id, seq } = open
    const parts = {
      kind: 'gap',
      receivedAt: now(),
      bodyBytes: body.length,
      sha256: sha256(body),
      bodyId: null,
    } as const
    const item: ItemIdentity = { id, bucket: state.ref, seq, ...parts }
    items.replaceGap(open.ref, item, headOf(open.detail), body)
  }

  return { note, write }
}

function keyOf(audience: readonly SubscriptionState[], reason: string): string {
  return `${reason} ${audience.map(({ ref }) => ref).join(',')}`
}

function headOf(gap: GapDetail): StoredHead {
  return { inputId: null, remote: null, method: '', target: '', mountBytes: 0, headers: [], trailers: [], gap }
}

/** Null for what is damaged: it goes all the same, and its announcement says what is still known. */
function readable<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

function lineOf(row: ItemRow, head: StoredHead | null): string {
  const { seq, receivedAt, bodyBytes } = row
  const { method, target } = head ?? { method: '', target: '' }
  return `${JSON.stringify({ seq, receivedAt, method, target, bodyBytes })}\n`
}

function readLines(body: Buffer | null): string[] {
  return body === null ? [] : (body.toString('utf8').match(/[^\n]*\n/g) ?? [])
}

/** The first 1,000, and no more than an inline body holds: a request target may be 64 KiB long. */
function cut(lines: readonly string[]): string[] {
  const kept: string[] = []
  let bytes = 0
  for (const line of lines.slice(0, MAX_LINES)) {
    bytes += Buffer.byteLength(line)
    if (bytes > CHUNK_BYTES) break
    kept.push(line)
  }
  return kept
}

function merge(one: GapDetail, other: GapDetail): GapDetail {
  return {
    count: one.count + other.count,
    fromSeq: Math.min(one.fromSeq, other.fromSeq),
    toSeq: Math.max(one.toSeq, other.toSeq),
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    reason: one.reason,
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
