/** What a piece of a line is, for its colour. `note` is Creel's own remark and no part of the body. */
export type SpanKind =
  | 'plain'
  | 'key'
  | 'string'
  | 'number'
  | 'literal'
  | 'punct'
  | 'strong'
  | 'note'
  /** A character that cannot be seen, drawn as a cap with its name; `text` is the name. */
  | 'cap'

export type Span = {
  readonly kind: SpanKind
  readonly text: string
  /** The characters that a cap stands for: copies hold these. */
  readonly real?: string
}

/** One row of the screen: a line, or a piece of a line that is too long for one row. */
export type VisualRow = {
  /** Counted from 1. */
  readonly line: number
  /** True for the second and later rows of a line; copying joins them without a break. */
  readonly continued: boolean
  /** Blank columns before the text, which are layout and no part of it. */
  readonly indent: number
  /** Whether this line holds a value that can be copied by itself. */
  readonly hasValue: boolean
  /** Whether a rule stands above it: where the body begins under the headers. */
  readonly ruled: boolean
  readonly spans: readonly Span[]
}
