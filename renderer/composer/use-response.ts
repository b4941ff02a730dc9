import { useEffect } from 'react'
import type { Attempt, Delivery } from '../../protocol/delivery.ts'
import type { SentRequest } from '../../protocol/draft.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { bridge } from '../bridge.ts'
import { capitalise, describeResult, type ResultWords } from '../format/delivery-words.ts'
import { useRequest, type RequestData } from '../screens/inbox/detail/use-request.ts'
import { useComposer } from '../store/composer.ts'

/** The send that is shown, and what came back. */
export type Response = {
  readonly sent: SentRequest
  readonly words: ResultWords
  /** "200 OK", "No answer". */
  readonly title: string
  /** Null while it is read. */
  readonly data: RequestData | null
  readonly delivery: Delivery | null
  readonly attempt: Attempt | null
}

/** The response beside the editor; null before the first send. It stays while one goes on editing. */
export function useResponse(): Response | null {
  const sent = useComposer((state) => state.sends.find(({ id }) => id === state.shownSend))
  const state = useRequest(sent?.id ?? null)
  useSendResults()
  if (sent === undefined) return null
  const data = state.isStale ? null : state.data
  const delivery = data?.deliveries[0] ?? null
  const attempt = delivery?.attempts.at(-1) ?? null
  const words = wordsOfSend(sent)
  const answer = delivery?.state === 'answered' ? attempt?.answer : undefined
  const title =
    answer === undefined || answer === null ? capitalise(words.word) : `${answer.status} ${answer.reasonPhrase}`.trim()
  return { sent, words, title, data, delivery, attempt }
}

/** What became of a send. One that was just sent is on its way until something is known. */
export function wordsOfSend({ result }: SentRequest): ResultWords {
  return result === null ? { mark: 'sending', word: 'sending', full: 'On its way' } : describeResult(result, Date.now())
}

/** Keeps the results of all sends of the draft as their rows have them. */
function useSendResults(): void {
  useEffect(() => {
    const take = (rows: readonly RequestSummary[]): void => {
      const byId = new Map(rows.map((row) => [row.id, row]))
      const { sends } = useComposer.getState()
      if (!sends.some(({ id }) => byId.has(id))) return
      useComposer.setState({ sends: sends.map((one) => ({ ...one, result: byId.get(one.id)?.result ?? one.result })) })
    }
    const stops = [bridge().listen('requests:changed', take), bridge().listen('requests:received', take)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
}
