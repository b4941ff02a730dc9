import type { BodyAnswers, BodyAskName, BodyAsks, BodyReply, BodyRequest } from './body-message.ts'
import BodyWorker from './body.worker.ts?worker'

/** A viewer's own worker, as functions. */
export type BodyClient = {
  /** Rejects when the worker broke, or was closed before it answered. */
  readonly ask: <Name extends BodyAskName>(name: Name, input: BodyAsks[Name]) => Promise<BodyAnswers[Name]>
  readonly close: () => void
}

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (reason: Error) => void }

export class BodyClientClosed extends Error {
  override readonly name = 'BodyClientClosed'
}

export function startBodyClient(): BodyClient {
  const worker = new BodyWorker()
  const waiting = new Map<number, Waiting>()
  let tickets = 0

  const rejectAll = (reason: Error): void => {
    for (const one of waiting.values()) one.reject(reason)
    waiting.clear()
  }
  worker.addEventListener('message', (event: MessageEvent<BodyReply>) => {
    const { ticket, answer } = event.data
    const one = waiting.get(ticket)
    waiting.delete(ticket)
    if ('broken' in answer) one?.reject(new Error(answer.broken))
    else one?.resolve(answer)
  })
  worker.addEventListener('error', (event) => rejectAll(new Error(event.message || 'The reader of bodies broke.')))

  return {
    ask: <Name extends BodyAskName>(name: Name, input: BodyAsks[Name]) =>
      new Promise<BodyAnswers[Name]>((resolve, reject) => {
        tickets += 1
        // The ticket ties the answer to this very ask, which is what makes its type right.
        waiting.set(tickets, { resolve: (answer) => resolve(answer as BodyAnswers[Name]), reject })
        worker.postMessage({ ticket: tickets, name, input } as BodyRequest)
      }),
    close: () => {
      worker.terminate()
      rejectAll(new BodyClientClosed('The viewer was closed.'))
    },
  }
}
