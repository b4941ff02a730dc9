import type { HandshakeDetail } from '../../protocol/request.ts'
import type { HandshakeAnswer, HandshakeKeys, HandshakeRequest } from '../../signatures/handshake/answer.ts'
import { keysOf } from '../../signatures/given-keys.ts'
import { answerHandshake } from '../../signatures/handshake/handshake.ts'
import { readJsonTree, textAt } from '../../signatures/json-tree.ts'
import type { HandshakeSetting } from '../store/edge-settings.ts'
import type { Certificates } from './certificates.ts'
import type { Arrived, EdgeOptions, Examined } from './edge.ts'
import type { SignatureJudge } from './judge-signature.ts'
import { SIGNATURE_PLACE, valuesAt } from './secret-places.ts'

/** No check of an address is longer. */
export const MOST_CHECK_BYTES = 64 * 1024

/** Those whose check bears the same signature as everything they send. */
const SIGNED: ReadonlySet<string> = new Set(['discord', 'figma', 'github', 'line', 'slack', 'twitch', 'xero', 'zoom'])

/** What a person has to do with what came along. */
const NOTES: Readonly<Record<string, string>> = {
  asana: 'The value of X-Hook-Secret is the signing secret from now on.',
  notion: 'The verification_token is to be pasted into Notion, and is the signing secret from now on.',
}

/** Answers a sender's check of the address, where the input lets it be answered; null when the request is none. */
export type CheckAnswerer = (arrived: Arrived, body: Uint8Array) => Promise<Examined | null>

export function createHandshakes(
  options: EdgeOptions,
  certificates: Certificates,
  judgeSignature: SignatureJudge,
): CheckAnswerer {
  function keysFor({ demands }: Arrived, { sender, secrets, topics }: HandshakeSetting): HandshakeKeys {
    const { authentication, authenticationOwner, handshakesOwner } = demands
    const own = valuesAt(options.secretsOf(handshakesOwner), sender, secrets)
    const shared = valuesAt(options.secretsOf(authenticationOwner), SIGNATURE_PLACE, authentication.signature?.secrets)
    return { ...keysOf(own.length > 0 ? own : shared), topics }
  }

  async function answerOne(arrived: Arrived, setting: HandshakeSetting, body: Uint8Array): Promise<Examined | null> {
    const { head, demands } = arrived
    const request: HandshakeRequest = { method: head.method, url: head.target, headers: head.headers, body }
    const keys = keysFor(arrived, setting)
    const answer = answerHandshake(request, setting.sender, keys)
    if (answer === undefined) return null
    const { signature } = demands.authentication
    const isDemanded = signature?.scheme === setting.sender && SIGNED.has(setting.sender)
    if (signature !== undefined && isDemanded && answer.status < 300) {
      const refusal = await judgeSignature(arrived, signature, body)
      if (refusal !== null) return { kind: 'refuse', refusal }
    }
    if (answer.handshake !== 'sns') return { kind: 'handshake', handshake: detailOf(answer, NOTES[answer.handshake]) }
    return { kind: 'handshake', handshake: detailOf(answer, await confirmSns(request, setting, keys)) }
  }

  /** Confirms a subscription where that is allowed, and says what became of it. */
  async function confirmSns(
    request: HandshakeRequest,
    setting: HandshakeSetting,
    keys: HandshakeKeys,
  ): Promise<string> {
    const root = readJsonTree(request.body)
    if (setting.confirm !== true) return 'Not confirmed: this input does not allow it. Open SubscribeURL to confirm.'
    const topic = textAt(root, 'TopicArn')
    if (topic === null || setting.topics?.includes(topic) !== true) {
      return 'Not confirmed: this topic is none of those that the input allows.'
    }
    const certificate = await certificates.get(textAt(root, 'SigningCertURL') ?? '')
    const known = certificate === null ? keys : { ...keys, certificates: [certificate] }
    const url = answerHandshake(request, 'sns', known)?.confirmUrl
    if (url === undefined) return 'Not confirmed: its signature could not be verified.'
    const fetched = await options.fetch(url)
    const { host } = new URL(url)
    if (fetched === null) return `Not confirmed: ${host} gave no answer.`
    return `${fetched.status === 200 ? 'Confirmed' : 'Not confirmed'}: ${host} answered ${fetched.status}.`
  }

  return async (arrived, body) => {
    for (const setting of arrived.demands.handshakes) {
      const answered = await answerOne(arrived, setting, body)
      if (answered !== null) return answered
    }
    return null
  }
}

function detailOf({ handshake, status, headers, body }: HandshakeAnswer, note: string | undefined): HandshakeDetail {
  const detail = { sender: handshake, status, headers: Object.entries(headers), body }
  return note === undefined ? detail : { ...detail, note }
}
