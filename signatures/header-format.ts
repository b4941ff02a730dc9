import type { Format } from './row.ts'

/** What one header value holds. */
export type ReadValue = {
  /** Digests as written, in order. */
  readonly texts: readonly string[]
  readonly timestamp: string | null
  /** The rest is as it should be but for the prefix. */
  readonly lacksPrefix: boolean
}

const NOTHING: ReadValue = { texts: [], timestamp: null, lacksPrefix: false }

/** Reads a signature header's value. Repeated lines that a proxy folded into one, with commas, are read as several. */
export function readValue(format: Format, value: string): ReadValue {
  switch (format.kind) {
    case 'raw':
      return { ...NOTHING, texts: unfold(value) }
    case 'prefix':
      return readPrefixed(format.prefix, format.optional === true, unfold(value))
    case 'kv': {
      const texts: string[] = []
      let timestamp: string | null = null
      for (const pair of value.split(format.separator)) {
        const at = pair.indexOf('=')
        const key = at === -1 ? '' : pair.slice(0, at).trim()
        if (key === format.signatureKey) texts.push(pair.slice(at + 1).trim())
        else if (key === format.timestampKey) timestamp ??= pair.slice(at + 1).trim()
      }
      return { texts, timestamp, lacksPrefix: false }
    }
    case 'list': {
      const entries = value.split(format.separator).map((entry) => entry.trim())
      const texts = entries.flatMap((entry) =>
        entry.startsWith(format.prefix) ? [entry.slice(format.prefix.length)] : [],
      )
      return { ...NOTHING, texts }
    }
    case 'template':
      return readTemplate(format.template, value.trim())
  }
}

/** A header value with the digests in it: one for each secret, in formats that hold several. */
export function writeValue(format: Format, digests: readonly string[], timestamp: string, id: string): string {
  const [first = ''] = digests
  switch (format.kind) {
    case 'raw':
      return first
    case 'prefix':
      return format.prefix + first
    case 'kv': {
      const pairs = digests.map((digest) => `${format.signatureKey}=${digest}`)
      if (format.timestampKey !== undefined) pairs.unshift(`${format.timestampKey}=${timestamp}`)
      return pairs.join(format.joiner ?? format.separator)
    }
    case 'list':
      return digests.map((digest) => format.prefix + digest).join(format.separator)
    case 'template':
      return format.template.replace(/\{(sig|ts|id|any)\}/g, (_, name: string) =>
        name === 'sig' ? first : name === 'ts' ? timestamp : name === 'id' ? id : '',
      )
  }
}

/** The form as a person can compare it with what came: `t=<timestamp>,v1=<digest>`. */
export function describeFormat(format: Format, digest: string): string {
  return writeValue(format, [`<${digest}>`], '<timestamp>', '<id>')
}

function unfold(value: string): string[] {
  return value.includes(',') ? value.split(',').map((entry) => entry.trim()) : [value.trim()]
}

function readPrefixed(prefix: string, isOptional: boolean, entries: readonly string[]): ReadValue {
  const texts: string[] = []
  let lacksPrefix = false
  for (const entry of entries) {
    if (entry.startsWith(prefix)) texts.push(entry.slice(prefix.length))
    else if (isOptional && entry.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()) {
      texts.push(entry.slice(prefix.length))
    } else if (isOptional) texts.push(entry)
    else lacksPrefix = true
  }
  return { texts, timestamp: null, lacksPrefix }
}

/** More of a header is not compared with a template. */
const MOST_TEMPLATE_CHARS = 8192

function readTemplate(template: string, value: string): ReadValue {
  if (value.length > MOST_TEMPLATE_CHARS) return NOTHING
  const pieces = template.split(/\{(sig|ts|id|any)\}/)
  const names: string[] = []
  const pattern = pieces
    .map((text, index) => {
      if (index % 2 === 0) return literal(text)
      names.push(text)
      // Up to what comes next, so that there is one way only to read it.
      const [next = ''] = pieces[index + 1] ?? ''
      return `([^,; ${next === '' ? '' : literal(next)}]*)`
    })
    .join('')
  const found = new RegExp(`^${pattern}$`).exec(value)
  if (found === null) return NOTHING
  const read = names.map((name, index) => [name, found[index + 1] ?? ''] as const)
  return {
    texts: read.flatMap(([name, text]) => (name === 'sig' ? [text] : [])),
    timestamp: read.find(([name]) => name === 'ts')?.[1] ?? null,
    lacksPrefix: false,
  }
}

/** Text as a regular expression. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
