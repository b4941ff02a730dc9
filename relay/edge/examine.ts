import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { judgeMethod } from './demands.ts'
import type { Arrived, Edge, EdgeOptions, Examined } from './edge.ts'
import { createCertificates } from './certificates.ts'
import { createHandshakes, MOST_CHECK_BYTES } from './handshakes.ts'
import { createSignatureJudge } from './judge-signature.ts'

const ACCEPT: Examined = { kind: 'accept' }

/** The examination itself: a sender's check of the address first, then what else is demanded. */
export function createExaminer(options: EdgeOptions): Edge {
  const certificates = createCertificates(options.fetch)
  const judgeSignature = createSignatureJudge(options, certificates)
  const answerCheck = createHandshakes(options, certificates, judgeSignature)
  let lastLarge: Promise<unknown> = Promise.resolve()

  /** A signature takes the whole body in memory: of the large ones, one at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastLarge.then(work)
    lastLarge = turn.catch(() => undefined)
    return turn
  }

  async function examine(arrived: Arrived): Promise<Examined> {
    const { authentication, handshakes } = arrived.demands
    if (handshakes.length > 0 && arrived.bodyBytes <= MOST_CHECK_BYTES) {
      const answered = await answerCheck(arrived, await arrived.read())
      if (answered !== null) return answered
    }
    const refusal = judgeMethod(authentication, arrived.head)
    if (refusal !== null) return { kind: 'refuse', refusal }
    const { signature } = authentication
    if (signature === undefined) return ACCEPT
    const judge = async (): Promise<Examined> => {
      const refused = await judgeSignature(arrived, signature, await arrived.read())
      return refused === null ? ACCEPT : { kind: 'refuse', refusal: refused }
    }
    return arrived.bodyBytes > CHUNK_BYTES ? inTurn(judge) : judge()
  }

  return { examine }
}
