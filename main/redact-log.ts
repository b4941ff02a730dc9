import { z } from 'zod'

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
}

const LogLine = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().optional() })
const LoggedError = z.looseObject({
  type: z.string().optional(),
  message: z.string().optional(),
  stack: z.string().optional(),
})

/** Facts of a line that are the program's own words. Others, such as a source's name, are people's. */
const OWN_WORDS = new Set(['reason', 'message', 'problem', 'command', 'logId', 'kind', 'state', 'code'])

/** One line of the log as it may be shown to others: what happened and where in the program, without names, addresses or contents. */
export function redactLogLine(line: string): string {
  const parsed = LogLine.safeParse(parse(line))
  if (!parsed.success) return '(a line that is no JSON)'
  const { level, time, msg, err, ...rest } = parsed.data
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${describe(name, value)}`)
  const head = [new Date(time).toISOString(), LEVELS[level] ?? String(level), redact(msg ?? ''), ...facts]
  return [head.join(' '), ...describeError(err)].join('\n')
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function describe(name: string, value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!OWN_WORDS.has(name)) return '…'
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object') return '…'
  return Object.entries(value)
    .map(([inner, one]) => `${inner} ${describe(inner, one)}`)
    .join(', ')
}

function describeError(err: unknown): string[] {
  const parsed = LoggedError.safeParse(err)
  if (!parsed.success) return []
  const { type = 'Error', message = '', stack = '' } = parsed.data
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return [`  ${type}: ${redact(message)}`, ...places.map((place) => redactPlace(place))]
}

/** "at run (main/index.cjs:10:5)": the function and the file's last name are the program's own. */
function redactPlace(place: string): string {
  return place.replaceAll(/(?:[a-z][a-z-]*:\/\/|[A-Za-z]:\\|\/)[^\s()]*[/\\]([^\s()/\\]+)/g, '$1')
}

const RULES: readonly (readonly [RegExp, string])[] = [
  // Quoted is what people or senders wrote.
  [/"(?:[^"\\]|\\.)*"|“[^”]*”/g, '"…"'],
  [/\b([a-z][a-z0-9+.-]*):\/\/[^\s"'<>)\]]+/gi, '$1://…'],
  [/\bcr[ks]_[\w-]+/g, '…'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '…@…'],
  [/(?:[A-Za-z]:\\|\/)(?:[^\s"'():,;]+[/\\])+[^\s"'():,;]*/g, '…/…'],
  [/\b(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b/g, '<address>'],
  [/\b(?:(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4}){1,7}|(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4})\b/gi, '<address>'],
  // Names of hosts; a file of the program or a version is none.
  [/\b(?![\w.-]*\.(?:c?js|tsx?|node|sqlite|json|log|pem)\b)(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi, '<host>'],
  [/[\w+/=-]{24,}/g, '…'],
]

/** Takes out whatever may name a host, a person, a secret or a content. */
export function redact(text: string): string {
  return RULES.reduce((left, [pattern, put]) => left.replaceAll(pattern, put), text)
}
