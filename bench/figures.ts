import type { Context } from './context.ts'
import { measureArrived } from './figures/arrived.ts'
import { measureDrain } from './figures/drain.ts'
import { measureForwarding } from './figures/forwarding.ts'
import { measureIngest } from './figures/ingest.ts'
import { measureLatency } from './figures/latency.ts'
import type { Row } from './row.ts'

export type Figure = { readonly name: string; readonly measure: (context: Context) => Promise<readonly Row[]> }

/** In the order of the table. */
export const FIGURES: readonly Figure[] = [
  { name: 'ingest', measure: measureIngest },
  { name: 'arrived', measure: measureArrived },
  { name: 'latency', measure: measureLatency },
  { name: 'forwarding', measure: measureForwarding },
  { name: 'drain', measure: measureDrain },
]
