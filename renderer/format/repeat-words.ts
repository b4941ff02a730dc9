import type { RepeatMark } from '../../protocol/request-repeats.ts'
import { exactTime } from './time-ago.ts'

/** "Sent again: 2nd of the request of 14:30:11, attempt 3 by the sender's count". */
export function repeatWords({ firstAt, place, attempt }: RepeatMark): string {
  const repeat = firstAt === null ? [] : [`${ordinal(place)} time, first at ${exactTime(firstAt)}`]
  const counted = attempt === null ? [] : [`retry ${attempt} by the sender's count`]
  return `Sent again: ${[...repeat, ...counted].join(', ')}`
}

function ordinal(place: number): string {
  const tens = place % 100
  if (tens >= 11 && tens <= 13) return `${place}th`
  return `${place}${['th', 'st', 'nd', 'rd'][place % 10] ?? 'th'}`
}
