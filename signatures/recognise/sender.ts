/**
 * Where a piece of text stands: `header:x-github-event`, `body:data.id` (a list's first element stands for the list), `form:CallSid`. `=text` is the
 * text itself, and `has:message.id` only asks for a field of the body.
 */
export type Piece = `header:${string}` | `body:${string}` | `form:${string}` | `has:${string}` | `=${string}`

/** Pieces that are written one behind the other. The first that is no `=text` has to be there; of the rest those that are. */
export type Recipe = readonly [Piece, ...Piece[]]

/** What a sender is told by, and where its requests say what they are about. */
export type Sender = {
  readonly id: string
  /** Any of these headers is enough. */
  readonly headers?: readonly string[]
  /** All of these have to be in the body, where no header tells. */
  readonly body?: readonly string[]
  /** A form field and how its value begins, where neither header nor body tells. */
  readonly form?: { readonly name: string; readonly prefix: string }
  /** The first that can be made is taken. */
  readonly event: readonly Recipe[]
  /** What stands between the pieces of an event; a blank when left out. */
  readonly between?: string
  /** Words for an event's first piece where that is a number. */
  readonly names?: Readonly<Record<string, string>>
  /** Bodies are lists of events: of several only their number is told. */
  readonly isBatch?: boolean
  /** A word at the end of each event's name that tells nothing. */
  readonly without?: string
  /** Its `push` event is told with its branch. */
  readonly tellsBranch?: boolean
  /** The sender's own id, the same in each repeat. */
  readonly senderId: readonly Recipe[]
  /** How many times it was tried before, or is being tried. */
  readonly attempt?: readonly Piece[]
}
