import { expect } from 'vitest'
import type { Arena } from './arena.ts'
import type { Sender } from './faulty-sender.ts'
import { countLedger, report, type Ledger } from './ledger.ts'

/** Waits until nothing is on its way any more, then holds the whole promise: see `expectKept`. */
export async function expectJourneysEnd(deed: string, arena: Arena, sender: Sender): Promise<Ledger> {
  await arena.settled()
  return expectKept(deed, arena, sender)
}

/**
 * What was answered 2xx is in the history once, in the relay's order, is what was sent, and was forwarded at least once, at first in order of arrival.
 * Prints the ledger.
 */
export function expectKept(deed: string, arena: Arena, sender: Sender): Ledger {
  const kept = arena.kept()
  const ledger = countLedger({
    sent: sender.sent,
    accepted: sender.accepted,
    arrived: kept.map(({ name }) => name),
    altered: kept.filter(({ name, bodySha256 }) => sender.hashOf(name) !== bodySha256).length,
  })
  report(deed, ledger)
  expect(ledger).toMatchObject({ arrived: sender.accepted.length, twice: 0, lost: 0, altered: 0 })
  const seqs = kept.map(({ relaySeq }) => relaySeq)
  expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
  expectForwarded(arena, sender)
  return ledger
}

/** What was in flight as the engine was killed has no known outcome: whether it came is nobody's promise. */
function expectForwarded(arena: Arena, sender: Sender): void {
  const came = new Map<string, string | null>()
  for (const { name, sha256 } of arena.target.arrivals) came.set(name, sha256 ?? came.get(name) ?? null)
  const known = arena.kept().filter(({ deliveries }) => deliveries[0]?.state !== 'outcome-unknown')
  expect(known.filter(({ name }) => came.get(name) !== sender.hashOf(name))).toEqual([])
  // Of an answer that came a moment before a kill only the status is known: its attempt was not written any more.
  const starts = known.flatMap(({ deliveries }) => deliveries[0]?.attempts[0]?.startedAt ?? [])
  expect(starts).toEqual(starts.toSorted((one, other) => one - other))
}
