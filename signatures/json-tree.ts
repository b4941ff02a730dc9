/** A JSON value and where it stands: `from` and `to` are byte offsets in the text, quotes and brackets included. */
export type JsonNode = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'literal'; readonly text: string }
)

const MOST_DEPTH = 200
const BLANK = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\]|\\.)*"/sy
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** Reads JSON with the place of each value, so that one can be changed without touching any other byte. Null when it is no JSON. Of equal names the last counts. */
export function readJsonTree(bytes: Uint8Array): JsonNode | null {
  // One character for each byte, so that offsets are those of the bytes.
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const start = source.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0
  try {
    const reader = new Reader(source, start)
    const root = reader.value(0)
    return reader.isAtEnd() ? root : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

class Reader {
  readonly #source: string
  #at: number

  constructor(source: string, at: number) {
    this.#source = source
    this.#at = at
  }

  isAtEnd(): boolean {
    this.#take(BLANK)
    return this.#at === this.#source.length
  }

  value(depth: number): JsonNode {
    if (depth > MOST_DEPTH) throw new SyntaxError('Nested too deep.')
    this.#take(BLANK)
    const from = this.#at
    const first = this.#source[from]
    if (first === '{') return this.#object(from, depth)
    if (first === '[') return this.#list(from, depth)
    if (first === '"') return { kind: 'string', text: this.#string(), from, to: this.#at }
    const text = this.#take(SCALAR)
    if (text === '') throw new SyntaxError('No value.')
    return { kind: /^[-\d]/.test(text) ? 'number' : 'literal', text, from, to: this.#at }
  }

  #object(from: number, depth: number): JsonNode {
    const fields = new Map<string, JsonNode>()
    this.#at += 1
    if (!this.#skip('}')) {
      do {
        this.#take(BLANK)
        const name = this.#string()
        if (!this.#skip(':')) throw new SyntaxError('No colon.')
        fields.set(name, this.value(depth + 1))
      } while (this.#skip(','))
      if (!this.#skip('}')) throw new SyntaxError('No end of an object.')
    }
    return { kind: 'object', fields, from, to: this.#at }
  }

  #list(from: number, depth: number): JsonNode {
    const items: JsonNode[] = []
    this.#at += 1
    if (!this.#skip(']')) {
      do items.push(this.value(depth + 1))
      while (this.#skip(','))
      if (!this.#skip(']')) throw new SyntaxError('No end of a list.')
    }
    return { kind: 'list', items, from, to: this.#at }
  }

  #string(): string {
    const quoted = this.#take(STRING)
    const text: unknown = JSON.parse(Buffer.from(quoted, 'latin1').toString())
    if (typeof text !== 'string') throw new SyntaxError('No string.')
    return text
  }

  #skip(character: string): boolean {
    this.#take(BLANK)
    if (this.#source[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [text = ''] = pattern.exec(this.#source) ?? []
    this.#at += text.length
    return text
  }
}

/** The value under the names, one below the other; null when there is none. */
export function nodeAt(root: JsonNode | null, ...names: readonly string[]): JsonNode | null {
  let node = root
  for (const name of names) node = node?.kind === 'object' ? (node.fields.get(name) ?? null) : null
  return node
}

/** The text of a string, number or literal there, as `String` would write it; null for `null`, objects and lists. */
export function textAt(root: JsonNode | null, ...names: readonly string[]): string | null {
  const node = nodeAt(root, ...names)
  if (node === null || node.kind === 'object' || node.kind === 'list') return null
  return node.kind === 'literal' && node.text === 'null' ? null : node.text
}

/** A change of some bytes. */
export type Splice = { readonly from: number; readonly to: number; readonly text: string }

/** The bytes with some ranges, which do not overlap, replaced. All others stay as they are. */
export function spliceBytes(bytes: Uint8Array, splices: readonly Splice[]): Buffer {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const splice of splices.toSorted((a, b) => a.from - b.from)) {
    pieces.push(bytes.subarray(at, splice.from), Buffer.from(splice.text))
    at = splice.to
  }
  return Buffer.concat([...pieces, bytes.subarray(at)])
}
