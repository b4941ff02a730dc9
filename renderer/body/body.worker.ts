import { createBodyDocument } from './body-document.ts'
import type { BodyAnswers, BodyAskName, BodyReply, BodyRequest } from './body-message.ts'

/** Reads bodies away from the page's thread: it fetches them itself, so that they never pass through the page. */
const document = createBodyDocument(async (url, signal) => {
  const response = await fetch(url, { signal })
  if (response.status === 204 && response.headers.get('creel-gone') === '1') return null
  if (!response.ok) throw new Error(`The app answered ${response.status} for this body.`)
  return new Uint8Array(await response.arrayBuffer())
})

async function answer(request: BodyRequest): Promise<BodyAnswers[BodyAskName]> {
  switch (request.name) {
    case 'open':
      return await document.open(request.input)
    case 'layOut':
      return document.layOut(request.input)
    case 'rows':
      return document.rows(request.input)
    case 'copyBody':
      return document.copyBody()
    case 'copyValue':
      return document.copyValue(request.input)
  }
}

function reply(message: BodyReply): void {
  self.postMessage(message)
}

self.addEventListener('message', (event: MessageEvent<BodyRequest>) => {
  const { ticket } = event.data
  answer(event.data).then(
    (result) => reply({ ticket, answer: result }),
    (cause: unknown) => reply({ ticket, answer: { broken: cause instanceof Error ? cause.message : String(cause) } }),
  )
})
