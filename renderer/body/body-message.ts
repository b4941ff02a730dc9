import type { BodyKind } from './media-type.ts'
import type { TextView } from './body-layout.ts'
import type { VisualRow } from './visual-row.ts'

/** What a viewer asks its worker. One document and one layout are held at a time; each ask gets one answer. */
export type BodyAsks = {
  /** Fetches and decodes a body; whatever was open before is let go. */
  readonly open: { readonly url: string; readonly contentType: string | null }
  /** Cuts the open body into rows of so many columns. `head` is shown above it, in the raw view only. */
  readonly layOut: { readonly view: TextView; readonly head: string; readonly columns: number }
  readonly rows: { readonly layout: number; readonly from: number; readonly to: number }
  readonly copyBody: Record<never, never>
  readonly copyValue: { readonly layout: number; readonly line: number }
}
export type BodyAskName = keyof BodyAsks

export type OpenedBody =
  | {
      readonly state: 'open'
      readonly bytes: number
      readonly kind: BodyKind
      /** "UTF-8, but 2 bytes are not". */
      readonly charset: string
    }
  /** The history holds this body no more. */
  | { readonly state: 'gone' }
  | { readonly state: 'failed'; readonly message: string }
  /** Another one was asked for meanwhile. */
  | { readonly state: 'superseded' }

export type LaidOutBody = {
  readonly layout: number
  readonly rows: number
  readonly lines: number
  readonly claim: string
  readonly problem: string | null
}

export type BodyAnswers = {
  readonly open: OpenedBody
  readonly layOut: LaidOutBody
  readonly rows: { readonly rows: readonly VisualRow[] }
  readonly copyBody: { readonly text: string }
  readonly copyValue: { readonly text: string | null }
}

/** A message to the worker. */
export type BodyRequest = {
  [Name in BodyAskName]: { readonly ticket: number; readonly name: Name; readonly input: BodyAsks[Name] }
}[BodyAskName]

/** A message from it. */
export type BodyReply = {
  readonly ticket: number
  readonly answer: BodyAnswers[BodyAskName] | { readonly broken: string }
}
