import type { Attempt } from '../../../../../protocol/delivery.ts'
import type { HeaderLine } from '../../../../../protocol/request.ts'

export type SentLine = { readonly name: string; readonly value: string; readonly note: string | null }

export type SentHead = {
  readonly lines: readonly SentLine[]
  /** Names of received lines that were not sent, once each. */
  readonly leftOut: readonly string[]
}

/** The header lines of an attempt beside those of its request: every line that was sent, and what Creel did to each. */
export function compareSent(received: readonly HeaderLine[], sent: Attempt['sent']['headers']): SentHead {
  const left = new Map<string, string[]>()
  for (const [name, value] of received) {
    const key = name.toLowerCase()
    left.set(key, [...(left.get(key) ?? []), value])
  }
  const lines = sent.map(([name, value]): SentLine => {
    const key = name.toLowerCase()
    const values = left.get(key) ?? []
    const same = values.indexOf(value)
    if (same >= 0) {
      left.set(key, values.toSpliced(same, 1))
      return { name, value, note: null }
    }
    const [was, ...others] = values
    left.set(key, others)
    return { name, value, note: was === undefined ? 'added by Creel' : `set by Creel, was ${was}` }
  })
  const names = received.filter(([name]) => (left.get(name.toLowerCase())?.length ?? 0) > 0).map(([name]) => name)
  const unique = names.filter(
    (name, at) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === at,
  )
  return { lines, leftOut: unique }
}
