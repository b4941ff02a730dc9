import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Counters } from '../counters.ts'
import type { StoreStats } from '../store/store.ts'

export type MetricsSource = {
  readonly counters: Counters
  stats(): StoreStats
  agents(): number
}

/** Builds the text of `/metrics`. Values are read when they are asked for, so that counting costs nothing in between. */
export function createMetrics(source: MetricsSource): () => Promise<{ type: string; text: string }> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const { counters } = source
  addCounter(registry, 'creel_requests_accepted_total', 'Requests stored and answered', () => counters.accepted)
  addCounter(registry, 'creel_body_bytes_total', 'Bytes of the bodies of accepted requests', () => counters.bodyBytes)
  addCounter(
    registry,
    'creel_unknown_inputs_total',
    'Requests for inputs that do not exist',
    () => counters.unknownInputs,
  )
  addCounter(registry, 'creel_commits_total', 'Transactions committed', () => source.stats().commits)
  addCounter(
    registry,
    'creel_rejected_items_dropped_total',
    'Rejected items that a full bucket had no room for',
    () => source.stats().droppedRejected,
  )
  addGauge(registry, 'creel_agents', 'Agents connected', () => source.agents())
  addGauge(registry, 'creel_items', 'Items kept', () => source.stats().items)
  addGauge(registry, 'creel_item_bytes', 'Bytes of the items kept', () => source.stats().bytes)
  addGauge(
    registry,
    'creel_uncommitted_bytes',
    'Bytes in memory, not committed yet',
    () => source.stats().uncommittedBytes,
  )
  addRefusals(registry, counters)
  return async () => ({ type: registry.contentType, text: await registry.metrics() })
}

function addCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
}

function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

function addRefusals(registry: Registry, counters: Counters): void {
  new Counter({
    name: 'creel_requests_refused_total',
    help: 'Requests refused, by reason (docs/relay.md)',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [reason, count] of counters.refused) this.inc({ reason }, count)
    },
  })
}
