import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { signRequest } from '../../signatures/sign.ts'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess } from '../process.ts'
import type { JudgingCalls } from '../processes/judging-target.ts'
import { startRelay } from '../relay.ts'
import type { Row } from '../row.ts'
import { waitForCount } from '../waiting.ts'
import { isConnected, startAgent } from '../way.ts'
import { githubWebhook, type Line } from '../webhook.ts'

type HurtfulBody = {
  readonly name: string
  readonly contentType: string | null
  readonly encoding?: string
  readonly body: Buffer
}

/** Bodies that other relays are known to change, signed, sent, and compared at the target. */
export async function measureExactBodies(context: Context): Promise<readonly Row[]> {
  context.say('bodies')
  const bodies = await hurtfulBodies()
  const { secret } = githubWebhook()
  const target = startProcess<JudgingCalls>(new URL('../processes/judging-target.ts', import.meta.url), {
    args: [secret],
  })
  await target.ready
  const relay = await startRelay(context)
  const dataDir = context.newFolder('agent')
  const agent = await startAgent({ dataDir, relay, targetUrl: `http://localhost:${await target.ask('port', null)}` })
  await isConnected(agent)

  const refused: string[] = []
  for (const [number, hurtful] of bodies.entries()) {
    const path = `${relay.inputPath}/${String(number).padStart(8, '0')}`
    const status = await post(relay.port, path, signed(hurtful, secret), hurtful.body)
    if (status !== 200) refused.push(`${hurtful.name} was answered ${status}`)
  }
  await waitForCount(bodies.length - refused.length, async () => (await target.ask('judged', null)).length)
  const judged = await target.ask('judged', null)
  const isExact = ({ body }: HurtfulBody, number: number): boolean => {
    const sha256 = createHash('sha256').update(body).digest('hex')
    return judged.some((one) => one.number === number && one.sha256 === sha256 && one.hasGoodSignature)
  }
  const altered = bodies.filter((hurtful, number) => !isExact(hurtful, number))
  await Promise.all([agent.stop(), target.stop()])
  await relay.stop()
  context.removeFolder(dataDir)
  return [
    {
      figure: `bodies exact, with a good HMAC, of ${bodies.length}`,
      unit: 'bodies',
      baseline: null,
      ours: bodies.length - altered.length,
      ratio: null,
      mark: MARKS.exactBodies,
      notes: [...refused, ...altered.map(({ name }) => `not exact: ${name}`)],
    },
  ]
}

/** The same bodies as in the tests, whose file is no part of the bench and is loaded by its name. */
async function hurtfulBodies(): Promise<readonly HurtfulBody[]> {
  const file = new URL('../../test/helpers/hurtful-bodies.ts', import.meta.url)
  const module = (await import(file.href)) as { hurtfulBodies: () => readonly HurtfulBody[] }
  return module.hurtfulBodies()
}

function signed({ contentType, encoding, body }: HurtfulBody, secret: string): readonly Line[] {
  const headers: Line[] = [['X-Hub-Signature-256', '']]
  if (contentType !== null) headers.push(['Content-Type', contentType])
  if (encoding !== undefined) headers.push(['Content-Encoding', encoding])
  return signRequest({ scheme: 'github', headers, body, secret, now: 0 })
}

function post(port: number, path: string, headers: readonly Line[], body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const lines = Object.fromEntries([...headers, ['Content-Length', String(body.length)]])
    const sending = request({ host: '127.0.0.1', port, path, method: 'POST', headers: lines }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}
