/** What a process of the bench can be asked: names, each with what goes in and what comes out. */
export type Calls = Readonly<Record<string, { readonly input: unknown; readonly output: unknown }>>

/** What a process has used since it began. */
export type Usage = {
  /** User and system time of all its threads. */
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number
}

export type Question = { readonly id: number; readonly name: string; readonly input: unknown }

export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: string }
