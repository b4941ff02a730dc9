import type { Call, Judgement, Line, Scheme } from '../scheme.ts'
import type { Diagnosis, Variant } from './diagnosis.ts'
import { inWords } from './diagnosis.ts'

const DAY_MS = 86_400_000

/** What is wrong with a timestamp that matches otherwise. */
export function explainAge(scheme: Scheme, call: Call, { stamp }: Judgement, reason: string): Diagnosis {
  const { receivedAt } = call
  const at = stamp?.at ?? null
  if (at === null || receivedAt === null || stamp === null || stamp.ageSeconds === null)
    return { code: 'timestamp-out-of-tolerance', sentence: reason }
  if (Math.abs(at / 1000 - receivedAt) < DAY_MS) {
    const sentence = `It matches, but its timestamp is in milliseconds; ${scheme.name} writes seconds.`
    return { code: 'timestamp-in-milliseconds', sentence }
  }
  if (Math.abs(at * 1000 - receivedAt) < DAY_MS) {
    const sentence = `It matches, but its timestamp is in seconds; ${scheme.name} writes milliseconds.`
    return { code: 'timestamp-in-seconds', sentence }
  }
  const limit = call.toleranceSeconds ?? scheme.toleranceSeconds
  const age =
    stamp.ageSeconds >= 0 ? `${inWords(stamp.ageSeconds)} old` : `${inWords(stamp.ageSeconds)} ahead of this clock`
  const why = stamp.ageSeconds >= 0 ? 'it was sent again, or arrived late' : 'one of the clocks is wrong'
  return {
    code: 'timestamp-out-of-tolerance',
    sentence: `It matches, but its timestamp is ${age}; ${scheme.name} allows ${limit} s: ${why}.`,
  }
}

/** The same moment in other spellings: what is signed is the text, not the moment. */
export function* timestampVariants(call: Call, judgement: Judgement): Generator<Variant> {
  const text = judgement.stamp?.text ?? null
  if (text === null) return
  for (const spelling of spellingsOf(text)) {
    const headers = call.headers.map(([name, value]): Line => [name, value.trim() === text ? spelling : value])
    yield {
      code: 'timestamp-respelled',
      sentence: `It matches the timestamp written as ${spelling}: something wrote it in another way on its way.`,
      call: { ...call, headers },
    }
  }
}

function spellingsOf(text: string): readonly string[] {
  if (/^\d+$/.test(text)) {
    return text.length > 11 ? [text.slice(0, -3)] : [`${text}000`]
  }
  const [, moment, zone = ''] = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/i.exec(text) ?? []
  const at = Date.parse(text)
  if (moment === undefined || Number.isNaN(at)) return []
  const iso = new Date(at).toISOString()
  const seconds = iso.slice(0, 19)
  const all = [
    `${moment}${zone}`,
    `${moment}.000${zone}`,
    `${moment}.000000${zone}`,
    `${seconds}Z`,
    iso,
    `${seconds}.000000Z`,
    `${seconds}+00:00`,
    `${iso.slice(0, 23)}+00:00`,
  ]
  return [...new Set(all)].filter((spelling) => spelling !== text)
}
