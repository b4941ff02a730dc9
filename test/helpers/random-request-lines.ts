import type { Random } from './burst-random.ts'

/** A header line with the blanks that stand around its value, which are no part of it. */
export type SentLine = {
  readonly name: string
  readonly before: string
  readonly value: string
  readonly after: string
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const NAMES = [
  'Accept',
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Cookie',
  'Date',
  'Forwarded',
  'Set-Cookie',
  'User-Agent',
  'Via',
  'X-Hub-Signature-256',
  'X-Twice',
  'X_Under_Score',
  '__proto__',
  'constructor',
  'Creel-Resend',
] as const
/** Lines of the first hop, and such as a proxy before the relay may have written. None of these changes how a message is framed. */
const SPECIAL: readonly (readonly [string, string])[] = [
  ['Host', 'relay.example'],
  ['Host', ''],
  ['Host', 'user@odd host:99999'],
  ['Host', 'm\xfcnchen.example:8443'],
  ['Connection', 'keep-alive'],
  ['Connection', 'Keep-Alive, X-Twice ,x-under, host, content-length'],
  ['Connection', ', ,'],
  ['Connection', ''],
  ['Connection', 'X-Forwarded-For, Creel-Resend'],
  ['Keep-Alive', 'timeout=5, max=100'],
  ['Proxy-Connection', 'close'],
  ['TE', 'trailers, deflate;q=0.5'],
  ['Trailer', 'X-End'],
  ['X-Forwarded-For', '198.51.100.7, 10.0.0.1'],
  ['X-Forwarded-Host', 'first.example'],
  ['X-Forwarded-Proto', 'https'],
  ['Content-Type', 'application/json; charset="utf-8"'],
  ['Content-Encoding', 'gzip'],
]

/** The line's text without the blanks: what every later reader of it sees. */
export function lineText({ name, value }: SentLine): string {
  return `${name}: ${value}`
}

/** Puts a line anywhere among the others, with its name in any case. */
export function lineAt(random: Random, lines: SentLine[], name: string, value: string): void {
  lines.splice(random.between(0, lines.length), 0, dress(random, oddCase(random, name), value))
}

/** Lines of a head, together no longer than `maxBytes`: mostly a handful, now and then 999 of them or one of 6 KB. */
export function randomLines(random: Random, maxBytes: number): SentLine[] {
  const dice = random.next()
  const wanted = dice < 0.01 ? 990 : dice < 0.05 ? random.between(40, 400) : random.between(0, 14)
  const lines: SentLine[] = []
  let bytes = 0
  const add = (line: SentLine): void => {
    const size = line.name.length + line.before.length + line.value.length + line.after.length + 4
    if (bytes + size > maxBytes - 1000) return
    bytes += size
    lines.push(line)
  }
  for (let n = 0; n < wanted; n += 1) add(randomLine(random, wanted > 100))
  if (random.next() < 0.05) add(dress(random, 'X-Long', latin1(random, 6144)))
  if (random.next() < 0.8) add(dress(random, oddCase(random, 'Host'), '127.0.0.1'))
  return lines
}

/** Trailers, as odd as header lines. */
export function randomTrailers(random: Random): SentLine[] {
  if (random.next() < 0.6) return []
  return Array.from({ length: random.between(1, 5) }, () => dress(random, randomName(random), randomValue(random)))
}

function randomLine(random: Random, isShort: boolean): SentLine {
  if (isShort) return dress(random, randomName(random), latin1(random, random.between(0, 20)))
  if (random.next() < 0.3) {
    const [name, value] = SPECIAL[random.between(0, SPECIAL.length - 1)] ?? ['X', '']
    return dress(random, oddCase(random, name), value)
  }
  return dress(random, randomName(random), randomValue(random))
}

function randomName(random: Random): string {
  if (random.next() < 0.5) return oddCase(random, random.pick(NAMES))
  // A prefix of its own: no name made by chance may be one that frames a message.
  return `x${Array.from({ length: random.between(1, 24) }, () => TOKEN[random.between(0, TOKEN.length - 1)]).join('')}`
}

function randomValue(random: Random): string {
  const dice = random.next()
  if (dice < 0.12) return ''
  if (dice < 0.24) return `tab\tinside\t\tand  blanks`
  if (dice < 0.36) return 'caf\xe9 \xdf\xff\x80\xa0\xad'
  if (dice < 0.42) return '"quoted \\" ; , = : //"'
  return latin1(random, random.between(1, 120))
}

/** Characters of every kind that a value may hold; none of a blank at an end, as that would be no part of it. */
function latin1(random: Random, length: number): string {
  const codes = Uint8Array.from({ length }, (_, at) => {
    const code = random.between(0x20, 0xff)
    const isEdge = at === 0 || at === length - 1
    return code === 0x7f || (isEdge && code === 0x20) ? 0x2e : !isEdge && code === 0x21 ? 0x09 : code
  })
  return Buffer.from(codes).toString('latin1')
}

function dress(random: Random, name: string, value: string): SentLine {
  const before = random.pick(['', ' ', ' ', ' ', '\t', '  \t '])
  // Node's parser takes no tab behind a coding's name, which it might.
  const after = random.pick(/^transfer-encoding$/i.test(name) ? ['', '', ' '] : ['', '', '', ' ', '\t '])
  return { name, before, value, after }
}

function oddCase(random: Random, name: string): string {
  const dice = random.next()
  if (dice < 0.5) return name
  if (dice < 0.7) return name.toLowerCase()
  return name.replace(/[a-z]/gi, (letter) => (random.next() < 0.5 ? letter.toUpperCase() : letter.toLowerCase()))
}
