import { createHash } from 'node:crypto'
import type { DraftContent, DraftLine } from '../../protocol/draft.ts'
import { buildMultipart, readFormPart, type FormPart } from './multipart.ts'
import { unreadable } from './shell-words.ts'

const FORM = 'application/x-www-form-urlencoded'
/** What only says how curl itself goes about it. */
const WITHOUT_MEANING = new Set(
  `s silent S show-error v verbose i include o output O remote-name f fail w write-out N no-buffer # progress-bar no-progress-meter g globoff path-as-is http1.0
  0 http1.1 http2 http2-prior-knowledge http3 http3-only 1 tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 4 ipv4 6 ipv6 m max-time connect-timeout retry retry-delay
  retry-max-time retry-connrefused retry-all-errors D dump-header c cookie-jar fail-with-body fail-early no-keepalive keepalive-time tcp-nodelay stderr trace
  trace-ascii trace-time q disable j junk-session-cookies basic max-redirs create-dirs output-dir parallel show-headers limit-rate speed-time speed-limit raw
  tr-encoding post301 post302 post303 R remote-time styled-output no-styled-output proto proto-default proto-redir`.split(
    /\s+/,
  ),
)
const NOTES: Readonly<Record<string, string>> = {
  location: 'Redirects are not followed here (--location).',
  'location-trusted': 'Redirects are not followed here (--location-trusted).',
  compressed: '--compressed is left out: the answer is shown byte for byte, so Creel asks for none that is packed.',
  insecure: 'A certificate that nobody vouches for is accepted only by a target that is told to (--insecure).',
}

/** What curl's options make of a request, in the order in which they come. Texts have one character for each byte. */
export class CurlRequest {
  readonly #stdin: string | null
  readonly #notes: string[] = []
  readonly #headers: DraftLine[] = []
  /** Headers that are not to be sent, though curl would. */
  readonly #removed = new Set<string>()
  readonly #cookies: string[] = []
  readonly #query: string[] = []
  readonly #parts: FormPart[] = []
  #url: string | null = null
  #method: string | null = null
  #requestTarget: string | null = null
  #data: string | null = null
  #isJson = false
  #isGet = false
  #isHead = false

  constructor(stdin: string | null) {
    this.#stdin = stdin
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  addUrl(url: string): void {
    if (this.#url === null) this.#url = url
    else this.note('Only the first of several URLs was taken.')
  }

  /** One option. `value` is there where it takes one. */
  take(name: string, value: string | null): void {
    const text = value ?? ''
    if (this.#takeBody(name, text) || this.#takeHeader(name, text)) return
    if (name === 'url') this.addUrl(text)
    else if (name === 'request') this.#method = text
    else if (name === 'request-target') this.#requestTarget = text
    else if (name === 'url-query') this.#query.push(text.startsWith('+') ? text.slice(1) : this.#urlEncoded(text))
    else if (name === 'get') this.#isGet = true
    else if (name === 'head') this.#isHead = true
    else if (NOTES[name] !== undefined) this.note(NOTES[name])
    else if (!WITHOUT_MEANING.has(name)) this.note(`${dashed(name)} means nothing here and was left out.`)
  }

  finish(): { content: DraftContent; body: Uint8Array; notes: readonly string[] } {
    if (this.#url === null) throw unreadable('The command has no URL.')
    const body = this.#body()
    const query = this.#isGet && this.#data !== null ? [this.#data, ...this.#query] : this.#query
    if (this.#cookies.length > 0) this.#addHeader('Cookie', this.#cookies.join(';'))
    return {
      content: {
        method: toText(this.#method ?? this.#usualMethod()),
        url: this.#finalUrl(query),
        headers: this.#headers,
        signing: { kind: 'original' },
        bodyView: 'auto',
      },
      body: Buffer.from(body ?? '', 'latin1'),
      notes: this.#notes,
    }
  }

  #takeBody(name: string, text: string): boolean {
    switch (name) {
      case 'data':
      case 'data-ascii':
        this.#addData(this.#content(text, true))
        return true
      case 'data-binary':
        this.#addData(this.#content(text, false))
        return true
      case 'data-raw':
        this.#addData(text)
        return true
      case 'data-urlencode':
        this.#addData(this.#urlEncoded(text))
        return true
      case 'json':
        this.#isJson = true
        this.#data = (this.#data ?? '') + this.#content(text, false)
        return true
      case 'form':
      case 'form-string':
        this.#addPart(text, name === 'form-string')
        return true
      case 'upload-file':
        this.#method ??= 'PUT'
        this.#data = this.#content(`@${text}`, false)
        this.#removed.add('content-type')
        return true
      default:
        return false
    }
  }

  #takeHeader(name: string, text: string): boolean {
    switch (name) {
      case 'header':
        this.#addWritten(text)
        return true
      case 'user-agent':
        this.#addHeader('User-Agent', text)
        return true
      case 'referer':
        this.#addHeader('Referer', text.replace(/;auto$/, ''))
        return true
      case 'cookie':
        if (text.includes('=')) this.#cookies.push(text)
        else this.note(`Cookies are not read from the file ${toText(text)}.`)
        return true
      case 'user':
        this.#addHeader('Authorization', `Basic ${Buffer.from(text, 'latin1').toString('base64')}`)
        if (!text.includes(':')) this.note('The password was not in the command: curl would ask for it.')
        return true
      case 'oauth2-bearer':
        this.#addHeader('Authorization', `Bearer ${text}`)
        return true
      case 'range':
        this.#addHeader('Range', `bytes=${text}`)
        return true
      default:
        return false
    }
  }

  #addHeader(name: string, value: string): void {
    this.#headers.push({ name: toText(name), value: toText(value), on: true })
  }

  /** As behind `-H`: `Name: value`; `Name:` takes out one of curl's own, `Name;` has no value. */
  #addWritten(line: string): void {
    if (line.startsWith('@')) throw fromFile('header lines', line.slice(1))
    const colon = line.indexOf(':')
    const name = trimBlanks(line.slice(0, colon))
    const value = trimBlanks(line.slice(colon + 1))
    if (colon === -1) {
      const text = trimBlanks(line)
      if (text.endsWith(';')) this.#addHeader(text.slice(0, -1), '')
      else this.note(`“${toText(line)}” is no header line and was left out.`)
    } else if (value === '') this.#removed.add(name.toLowerCase())
    else this.#addHeader(name, value)
  }

  #addData(data: string): void {
    this.#data = this.#data === null ? data : `${this.#data}&${data}`
  }

  /** `@-` is what curl reads, which may stand in the command; any other file stays unread. */
  #content(text: string, withoutLineEnds: boolean): string {
    if (!text.startsWith('@')) return text
    const file = text.slice(1)
    if ((file !== '-' && file !== '.') || this.#stdin === null) throw fromFile('body', file)
    // curl does the same with what it reads, and not with what stands behind the option.
    return withoutLineEnds ? this.#stdin.replaceAll(/[\r\n\0]/g, '') : this.#stdin
  }

  #urlEncoded(text: string): string {
    const [, name = '', mark, content = ''] = /^([^=@]*)([=@])([\s\S]*)$/.exec(text) ?? [text, '', '=', text]
    if (mark === '@') throw fromFile('data', content)
    const encoded = content.replaceAll(/[^\w.~-]/g, percent)
    return name === '' ? encoded : `${name}=${encoded}`
  }

  #addPart(written: string, isLiteral: boolean): void {
    const equals = written.indexOf('=')
    const literal = {
      name: written.slice(0, equals),
      value: written.slice(equals + 1),
      fileName: null,
      type: null,
      headers: [],
    }
    const part = isLiteral && equals !== -1 ? literal : readFormPart(written)
    if (part === null) throw unreadable(`“${toText(written)}” is no field of a form: it has no name and value.`)
    if (!isLiteral && /^[@<]/.test(part.value)) throw fromFile(`field ${toText(part.name)}`, part.value.slice(1))
    this.#parts.push(part)
  }

  #usualMethod(): string {
    if (this.#isHead) return 'HEAD'
    return (this.#data === null || this.#isGet) && this.#parts.length === 0 ? 'GET' : 'POST'
  }

  /** With the header lines that curl adds for it. */
  #body(): string | null {
    if (this.#parts.length > 0) {
      const form = buildMultipart(this.#parts, this.#boundary())
      this.#addMissing('Content-Type', `multipart/form-data; boundary=${this.#boundary()}`)
      return form
    }
    if (this.#data === null || this.#isGet) return null
    this.#addMissing('Content-Type', this.#isJson ? 'application/json' : FORM)
    if (this.#isJson) this.#addMissing('Accept', 'application/json')
    return this.#data
  }

  #boundary(): string {
    // Of the content, so that the same command is the same request.
    const digest = createHash('sha256').update(JSON.stringify(this.#parts)).digest('hex')
    return `------------------------${digest.slice(0, 22)}`
  }

  #addMissing(name: string, value: string): void {
    const key = name.toLowerCase()
    if (this.#removed.has(key) || this.#headers.some((line) => line.name.toLowerCase() === key)) return
    this.#addHeader(name, value)
  }

  #finalUrl(query: readonly string[]): string {
    let url = toText(this.#url ?? '').trim()
    const user = /^([a-z]+:\/\/)?([^/?#@]*)@/i.exec(url)
    if (user) {
      url = (user[1] ?? '') + url.slice(user[0].length)
      const credentials = decodePercent(user[2] ?? '')
      this.#addMissing('Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
    }
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) url = `http://${url}`
    if (this.#requestTarget !== null)
      url = url.replace(/^([a-z]+:\/\/[^/?#]*).*$/is, '$1') + toText(this.#requestTarget)
    if (query.length === 0) return url
    const [whole = url, fragment = ''] = url.split(/(?=#)/)
    return `${whole}${whole.includes('?') ? '&' : '?'}${toText(query.join('&'))}${fragment}`
  }
}

/** Bytes as the text that they are in UTF-8; as they are where they are none. */
function toText(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return bytes
  }
}

/** Bytes are not to be taken for the blanks of other alphabets. */
function trimBlanks(bytes: string): string {
  return bytes.replace(/^[ \t]+|[ \t]+$/g, '')
}

function percent(char: string): string {
  // As curl does in what it encodes as a form.
  return char === ' ' ? '+' : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`
}

function fromFile(what: string, file: string): Error {
  const where = file === '-' || file === '' ? 'what another command writes' : `the file ${toText(file)}`
  return unreadable(
    `Its ${what} would come from ${where}, which is not read here. Put the content itself into the command.`,
  )
}
