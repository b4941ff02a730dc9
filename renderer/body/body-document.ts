import { layOutPretty, layOutRaw, type BodyLayout } from './body-layout.ts'
import type { BodyAnswers, BodyAsks, LaidOutBody, OpenedBody } from './body-message.ts'
import { decodeBody, describeCharset } from './charset.ts'
import { recogniseBody, type BodyKind } from './media-type.ts'
import { mapRows, type RowMap } from './row-map.ts'
import { withoutStandIns } from './visible-text.ts'

/** How much of a text is looked at to tell what it is. */
const BEGINNING = 1000

/** One body, decoded, and the layout made of it last. */
export type BodyDocument = {
  readonly open: (input: BodyAsks['open']) => Promise<OpenedBody>
  readonly layOut: (input: BodyAsks['layOut']) => LaidOutBody
  readonly rows: (input: BodyAsks['rows']) => BodyAnswers['rows']
  readonly copyBody: () => BodyAnswers['copyBody']
  readonly copyValue: (input: BodyAsks['copyValue']) => BodyAnswers['copyValue']
}

/** `fetchBody` answers null for a body that is gone. */
export type FetchBody = (url: string, signal: AbortSignal) => Promise<Uint8Array | null>

export function createBodyDocument(fetchBody: FetchBody): BodyDocument {
  let text = ''
  let kind: BodyKind = 'text'
  let layout: BodyLayout | null = null
  let layoutKey = ''
  let map: RowMap | null = null
  let layoutId = 0
  let fetching = new AbortController()

  function forget(): void {
    text = ''
    layout = null
    layoutKey = ''
    map = null
  }

  return {
    open: async ({ url, contentType }) => {
      fetching.abort()
      forget()
      const own = new AbortController()
      fetching = own
      try {
        const bytes = await fetchBody(url, own.signal)
        if (own.signal.aborted) return { state: 'superseded' }
        if (bytes === null) return { state: 'gone' }
        const body = decodeBody(bytes, contentType)
        text = body.text
        kind = recogniseBody(contentType, text.slice(0, BEGINNING))
        return { state: 'open', bytes: bytes.length, kind, charset: describeCharset(body) }
      } catch (cause) {
        if (own.signal.aborted) return { state: 'superseded' }
        return { state: 'failed', message: cause instanceof Error ? cause.message : String(cause) }
      }
    },
    layOut: ({ view, head, columns }) => {
      const key = `${view}\n${head}`
      if (layout === null || key !== layoutKey)
        layout = view === 'raw' ? layOutRaw(text, head) : layOutPretty(text, kind)
      layoutKey = key
      map = mapRows(layout, columns)
      layoutId += 1
      const { claim, problem } = layout
      return { layout: layoutId, rows: map.count, lines: layout.table.count(), claim, problem }
    },
    rows: (input) => ({ rows: input.layout === layoutId && map !== null ? map.slice(input.from, input.to) : [] }),
    copyBody: () => ({ text: withoutStandIns(text) }),
    copyValue: (input) => {
      if (input.layout !== layoutId || layout === null) return { text: null }
      const value = layout.value(input.line - 1)
      return { text: value === null ? null : withoutStandIns(plainValue(value)) }
    },
  }
}

/** A JSON text is copied without its quotes and escapes; everything else as it stands. */
function plainValue(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'string' ? parsed : value
  } catch (cause) {
    if (cause instanceof SyntaxError) return value
    throw cause
  }
}
