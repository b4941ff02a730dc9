import { createHash } from 'node:crypto'
import { decodeDigest } from './decode.ts'
import { describeFormat, readValue } from './header-format.ts'
import { findHeader } from './header-lines.ts'
import { failed, hashName, isSame, knownAlgorithm, macName, matched, mismatch, type Known } from './judgement.ts'
import type { CompiledRow, RowHeader } from './row-scheme.ts'
import { applies, carries, computeDigest, signedUrl, spellDigest, timestampText } from './row-values.ts'
import type { Call, Evidence, Judgement, Stamp } from './scheme.ts'
import { keysOfSecret, type KeyForm } from './secret-key.ts'
import { joinParts, type PartValues } from './signed-parts.ts'
import { stampOf } from './timestamps.ts'

/** A signature header that the request has. */
type Entry = {
  readonly header: RowHeader
  readonly texts: readonly string[]
  readonly timestamp: string | null
  readonly lacksPrefix: boolean
}
/** Of 1973: no timestamp in milliseconds is less. */
const EARLIEST_MS = 1e11

type Usable = { readonly header: RowHeader; readonly digests: readonly Buffer[] }

/** Judges a request by a row: what it lacks first, then whether any secret makes any of its signatures, then its age. */
export function judgeRow(compiled: CompiledRow, call: Call): Judgement {
  const { row } = compiled
  const entries = readEntries(compiled, call)
  const [first] = entries
  if (first === undefined) return failed(knownAlgorithm('none'), 'header-missing', `No ${row.sigHeader}.`)
  const inSignature = entries.find(({ timestamp }) => timestamp !== null)?.timestamp ?? null
  const text = timestampText(row, call, inSignature)
  const stamp = text === null || row.ts === undefined ? null : stampOf(text, row.ts.unit, call.receivedAt)
  const values: PartValues = {
    headers: call.headers,
    body: call.body,
    method: call.method,
    url: signedUrl(row, call.url),
    ts: text,
    id: row.idHeader === undefined ? null : findHeader(call.headers, row.idHeader),
    secret: '',
  }
  const usable = usableOf(entries)
  const header = usable[0]?.header ?? first.header
  const known: Known = {
    algorithm: nameOf(header),
    stamp,
    evidence: () => evidenceOf(compiled, call, values, entries, header),
  }
  const lack = findLack(compiled, call, { values, header, usable, known })
  if (lack !== null) return lack
  return findMatch(compiled, call, { values, usable, known })
}

function readEntries({ judged }: CompiledRow, { headers }: Call): readonly Entry[] {
  const entries: Entry[] = []
  for (const header of judged) {
    for (const line of headers) {
      if (!carries(header, line) || !applies(header, headers)) continue
      entries.push(
        header.mac === 'token' ? tokenEntry(header, line[1]) : { header, ...readValue(header.format, line[1]) },
      )
    }
  }
  return entries
}

/** A token may hold any character, so it is never read as a list. */
function tokenEntry(header: RowHeader, value: string): Entry {
  const prefix = header.format.kind === 'prefix' ? header.format.prefix : ''
  const whole = value.trim()
  const isPrefixed = whole.startsWith(prefix)
  const text = whole.slice(prefix.length)
  return { header, texts: isPrefixed ? [text] : [], timestamp: null, lacksPrefix: !isPrefixed }
}

function usableOf(entries: readonly Entry[]): readonly Usable[] {
  const usable: Usable[] = []
  for (const { header, texts } of entries) {
    const digests: Buffer[] = []
    for (const text of texts) {
      const bytes = header.mac === 'token' ? Buffer.from(text, 'latin1') : decodeDigest(text, header.enc, header.length)
      if (bytes !== null && bytes.length > 0) digests.push(bytes)
    }
    if (digests.length > 0) usable.push({ header, digests })
  }
  return usable
}

type Seen = {
  readonly values: PartValues
  readonly usable: readonly Usable[]
  readonly known: Known
}

function findLack(compiled: CompiledRow, call: Call, seen: Seen & { readonly header: RowHeader }): Judgement | null {
  const { row } = compiled
  const { values, header, usable, known } = seen
  const other = row.fixed?.find(({ name, value }) => findHeader(call.headers, name) !== value)
  if (other !== undefined) {
    return failed(known, 'algorithm-refused', `${other.name} is not ${other.value}, the only one that is known.`)
  }
  if (header.needsTimestamp && values.ts === null) {
    const where = row.ts?.from === 'header' ? `No ${row.ts.name}.` : `${header.name} has no timestamp.`
    return failed(known, 'timestamp-missing', where)
  }
  const tolerance = call.toleranceSeconds ?? row.ts?.tolerance ?? null
  if (known.stamp !== null && isMalformed(known.stamp, row.ts?.unit, tolerance)) {
    const unit = row.ts?.unit === 'rfc3339' ? 'a date as RFC 3339 writes it' : `a number (${row.ts?.unit ?? 's'})`
    return failed(known, 'timestamp-malformed', `The timestamp "${known.stamp.text.slice(0, 40)}" is not ${unit}.`)
  }
  if (usable.length === 0) {
    const { name } = header
    const form = describeFormat(header.format, `${header.length} bytes as ${header.enc}`)
    return failed(known, 'header-malformed', `${name} does not have the form ${form}.`)
  }
  if (header.needsId && values.id === null) return failed(known, 'id-missing', `No ${row.idHeader ?? 'id'}.`)
  if (header.needsUrl && values.url === null) {
    return failed(known, 'needs-url', `${row.name} signs the full URL, which is not known.`)
  }
  return null
}

/** A date that is signed as it stands need not be read where its age does not count. */
function isMalformed(stamp: Stamp, unit: string | undefined, tolerance: number | null): boolean {
  if (stamp.at === null) return tolerance !== null || unit !== 'rfc3339'
  // Seconds, where milliseconds are meant and no age would tell.
  return unit === 'ms' && tolerance === null && stamp.at < EARLIEST_MS
}

function findMatch({ row }: CompiledRow, call: Call, { values, usable, known }: Seen): Judgement {
  const { secrets, secretEncoding } = call.keys
  if (secrets.every((secret) => secret === ''))
    return failed(known, 'needs-secret', 'There is no secret to compare with.')
  const encoding = secretEncoding ?? row.key
  let wellFormed = 0
  for (let secretIndex = 0; secretIndex < secrets.length; secretIndex += 1) {
    const secret = secrets[secretIndex] ?? ''
    // What is made with an empty one, anybody can make.
    if (secret === '') continue
    for (const form of keysOfSecret(secret, encoding, row.keyPrefixes)) {
      wellFormed += 1
      if (!isMatch(form, usable, usable[0]?.header.mac === 'digest' ? { ...values, secret } : values)) continue
      const limit = { name: row.name, tolerance: row.ts?.tolerance ?? null, oneSided: row.ts?.oneSided }
      return matched(call, known, { secretIndex, secretForm: form.form }, limit)
    }
  }
  if (wellFormed > 0) return mismatch(known)
  return failed(known, 'secret-malformed', `The secret is not ${encoding}, as ${row.name} gives it.`)
}

function isMatch({ key }: KeyForm, usable: readonly Usable[], values: PartValues): boolean {
  let isFound = false
  for (const { header, digests } of usable) {
    const expected = computeDigest(header, key, values)
    // Every candidate is compared, so that time does not tell which one it was.
    for (const digest of digests) {
      const isEqual = header.mac === 'token' ? isSameToken(digest, expected) : isSame(digest, expected)
      isFound = isEqual || isFound
    }
  }
  return isFound
}

/** Hashed first, so that not even the length is told. */
function isSameToken(a: Buffer, b: Buffer): boolean {
  return b.length > 0 && isSame(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

function nameOf(header: RowHeader): string {
  if (header.mac === 'token') return 'Fixed token'
  return header.mac === 'digest' ? hashName(header.alg) : macName(header.alg)
}

function evidenceOf(
  { row }: CompiledRow,
  { keys }: Call,
  values: PartValues,
  entries: readonly Entry[],
  header: RowHeader,
): Evidence {
  const encoding = keys.secretEncoding ?? row.key
  const received = entries.flatMap(({ texts }) => texts)
  // A token is the secret itself, and a plain hash begins with it: neither is shown.
  if (header.mac === 'token') return { signed: null, expected: [], received }
  const expected = keys.secrets.flatMap((secret) => {
    const [form] = keysOfSecret(secret, encoding, row.keyPrefixes)
    return form === undefined ? [] : [spellDigest(header, computeDigest(header, form.key, { ...values, secret }))]
  })
  return { signed: joinParts(header.parts, { ...values, secret: '<secret>' }), expected, received }
}
