import type { Span, SpanKind } from './visual-row.ts'

/** Columns that a cap takes, whatever its name: three letters and its frame. */
const CAP_COLUMNS = 4

const C0_NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )

const NAMES = new Map<number, string>([
  [0x7f, 'DEL'],
  [0x85, 'NEL'],
  [0xa0, 'NBSP'],
  [0xad, 'SHY'],
  [0x200b, 'ZWSP'],
  [0x200e, 'LRM'],
  [0x200f, 'RLM'],
  [0x2028, 'LS'],
  [0x2029, 'PS'],
  [0x202a, 'LRE'],
  [0x202b, 'RLE'],
  [0x202c, 'PDF'],
  [0x202d, 'LRO'],
  [0x202e, 'RLO'],
  [0x2060, 'WJ'],
  [0x2066, 'LRI'],
  [0x2067, 'RLI'],
  [0x2068, 'FSI'],
  [0x2069, 'PDI'],
  [0xfeff, 'BOM'],
])

// Everything that cannot be seen, or that turns what follows around: controls, bidi marks, lone surrogates (bytes that are no text).
const UNSEEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A byte that is not text in its charset is carried as this lone surrogate plus the byte, so that it can be shown and told apart. */
export const STAND_IN = 0xdc00

/** Replaces the stand-ins of bytes that are no text, for places which take well-formed text only. */
export function withoutStandIns(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd')
}

/** The name of a character that cannot be seen, as it stands on its cap. */
export function capName(code: number): string {
  const c0 = C0_NAMES[code]
  if (c0 !== undefined) return c0
  if (code >= 0xdc80 && code <= 0xdcff) return (code - 0xdc00).toString(16).toUpperCase()
  return NAMES.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Columns of `text` from `from` to `to` in a monospaced font, caps and double-width characters counted. */
export function textWidth(text: string, from = 0, to = text.length): number {
  let width = 0
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x20 && unit < 0x7f) {
      width += 1
      continue
    }
    const code = text.codePointAt(at) ?? unit
    if (code > 0xffff && at + 1 < to) at += 1
    width += widthOf(code)
  }
  return width
}

/**
 * Where the rows of a text begin when each has at most `columns`: offsets, the first one 0. Surrogate pairs and combining marks stay
 * with what they belong to; a row holds at least one character.
 */
export function breakRows(text: string, columns: number): Uint32Array {
  const breaks = [0]
  let used = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const code = unit < 0xd800 ? unit : (text.codePointAt(at) ?? unit)
    const width = unit >= 0x20 && unit < 0x7f ? 1 : widthOf(code)
    if (used + width > columns && used > 0) {
      breaks.push(at)
      used = 0
    }
    used += width
    if (code > 0xffff) at += 1
  }
  return Uint32Array.from(breaks)
}

/** Cuts a span where caps have to stand. Most spans have none and come back as they are. */
export function showUnseen(kind: SpanKind, text: string): Span[] {
  if (kind === 'cap' || text.search(UNSEEN) < 0) return [{ kind, text }]
  const spans: Span[] = []
  let done = 0
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > done) spans.push({ kind, text: text.slice(done, match.index) })
    spans.push({ kind: 'cap', text: capName(match[0].charCodeAt(0)), real: match[0] })
    done = match.index + 1
  }
  if (done < text.length) spans.push({ kind, text: text.slice(done) })
  return spans
}

function widthOf(code: number): number {
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0) || code === 0xad) return CAP_COLUMNS
  if (code < 0x300) return 1
  if (code < 0x1100) return isCombining(code) ? 0 : 1
  if (NAMES.has(code) || (code >= 0xd800 && code <= 0xdfff)) return CAP_COLUMNS
  if (isCombining(code)) return 0
  return isWide(code) ? 2 : 1
}

function isCombining(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x1ab0 && code <= 0x1aff) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    code === 0x200c ||
    code === 0x200d ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    (code >= 0xfe20 && code <= 0xfe2f)
  )
}

/** After the East Asian Width table (UAX #11), W and F, by blocks. */
function isWide(code: number): boolean {
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}
