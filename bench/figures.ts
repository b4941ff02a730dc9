import type { Context } from './context.ts'
import { measureIngest } from './figures/ingest.ts'
import type { Row } from './row.ts'

export type Figure = { readonly name: string; readonly measure: (context: Context) => Promise<readonly Row[]> }

/** In the order of the table. */
export const FIGURES: readonly Figure[] = [{ name: 'ingest', measure: measureIngest }]
