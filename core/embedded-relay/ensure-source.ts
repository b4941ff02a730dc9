import { z } from 'zod'
import { Token, type Source } from '../../protocol/source.ts'
import type { SourceSet } from '../engine/source-set.ts'
import { secretName } from '../engine/source-set.ts'
import type { Secrets } from '../secrets.ts'
import type { AskRelay } from './relay-thread.ts'

const NAME = 'This computer'

const Made = z.object({ id: z.string() })
const Buckets = z.object({ buckets: z.array(Made) })
const Inputs = z.object({ inputs: z.array(Made) })
const Tokens = z.object({ tokens: z.array(z.object({ key: z.string(), revokedAt: z.number().nullable() })) })

/**
 * Sees to it that the relay inside the app has a bucket with an input, and the app a source with a token for it. At the first run it makes them;
 * later it only mends: another port, or a token whose secret this computer no longer has.
 */
export async function ensureEmbeddedSource(options: {
  readonly ask: AskRelay
  readonly url: string
  readonly sources: Pick<SourceSet, 'all' | 'add' | 'update' | 'retryNow'>
  readonly secrets: Secrets
  /** Whether the relay need not be asked for a token that the app knows the secret of. */
  readonly isTrusted: boolean
}): Promise<Source> {
  const { ask, url, sources } = options
  const source = sources.all().find((one) => one.kind === 'embedded')
  if (source === undefined) {
    const token = await makeToken(ask, await ensureBucket(ask))
    return sources.add({ kind: 'embedded', name: NAME, relayUrl: url, buckets: [], targets: [], token })
  }
  const hasSecret = (await options.secrets.get(secretName(source.id))) !== null
  const token = hasSecret && options.isTrusted ? null : await mendToken(ask, hasSecret ? source.tokenKey : null)
  if (token === null && source.relayUrl === url) {
    // It may have been down for long: whoever waits for it need not wait on.
    sources.retryNow(source.id)
    return source
  }
  return sources.update(source.id, { relayUrl: url, ...(token === null ? {} : { token }) })
}

/** A new token in the place of one that the relay does not take, or whose secret is gone (null); null while the old one is good. */
async function mendToken(ask: AskRelay, key: string | null): Promise<Token | null> {
  const bucket = await ensureBucket(ask)
  return key !== null && (await hasToken(ask, key)) ? null : makeToken(ask, bucket)
}

async function ensureBucket(ask: AskRelay): Promise<string> {
  const [found] = Buckets.parse(await need(ask('GET', '/v1/buckets'))).buckets
  const bucket = found ?? Made.parse(await need(ask('POST', '/v1/buckets', { name: NAME })))
  const path = `/v1/buckets/${bucket.id}/inputs`
  if (Inputs.parse(await need(ask('GET', path))).inputs.length === 0) await need(ask('POST', path, { name: NAME }))
  return bucket.id
}

async function makeToken(ask: AskRelay, bucket: string): Promise<Token> {
  return Token.parse(await need(ask('POST', '/v1/tokens', { name: NAME, buckets: [bucket] })))
}

async function hasToken(ask: AskRelay, key: string): Promise<boolean> {
  const { tokens } = Tokens.parse(await need(ask('GET', '/v1/tokens')))
  return tokens.some((token) => token.key === key && token.revokedAt === null)
}

async function need(asked: ReturnType<AskRelay>): Promise<unknown> {
  const { status, body } = await asked
  if (status >= 300) throw new Error(`The relay of this computer answered ${status}: ${JSON.stringify(body)}`)
  return body
}
