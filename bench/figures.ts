import type { Context } from './context.ts'
import { measureAppMemory } from './figures/app-memory.ts'
import { measureArrived } from './figures/arrived.ts'
import { measureDrain } from './figures/drain.ts'
import { measureExactBodies } from './figures/exact.ts'
import { measureForwarding } from './figures/forwarding.ts'
import { measureHistoryRows } from './figures/history-rows.ts'
import { measureIngest } from './figures/ingest.ts'
import { measureLatency } from './figures/latency.ts'
import { measureLost } from './figures/lost.ts'
import { measureMemory } from './figures/memory.ts'
import { measurePackageSize } from './figures/package-size.ts'
import { measurePages } from './figures/pages.ts'
import { measureVerifying } from './figures/verifying.ts'
import { measureWindow } from './figures/window.ts'
import type { Row } from './row.ts'

export type Figure = { readonly name: string; readonly measure: (context: Context) => Promise<readonly Row[]> }

/** In the order of the table. */
export const FIGURES: readonly Figure[] = [
  { name: 'ingest', measure: measureIngest },
  { name: 'arrived', measure: measureArrived },
  { name: 'latency', measure: measureLatency },
  { name: 'forwarding', measure: measureForwarding },
  { name: 'history-rows', measure: measureHistoryRows },
  { name: 'lost', measure: measureLost },
  { name: 'exact', measure: measureExactBodies },
  { name: 'drain', measure: measureDrain },
  { name: 'pages', measure: measurePages },
  { name: 'verifying', measure: measureVerifying },
  { name: 'memory', measure: measureMemory },
  { name: 'window', measure: measureWindow },
  { name: 'app-memory', measure: measureAppMemory },
  { name: 'package-size', measure: measurePackageSize },
]
