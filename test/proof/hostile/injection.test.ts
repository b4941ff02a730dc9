import { afterEach, beforeEach, expect, test } from 'vitest'
import { Token } from '../../../protocol/source.ts'
import { eventually } from '../../helpers/eventually.ts'
import { goodHead, rawFrame, startHostileRelay } from '../../helpers/hostile-relay.ts'
import { report } from '../../helpers/ledger.ts'
import { startRawTarget, type RawTarget } from '../../helpers/raw-target.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../../helpers/services.ts'
import { INJECTIONS } from './relay-lies.ts'

let dataDir: string
let services: RunningServices
let target: RawTarget

beforeEach(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
  target = await startRawTarget()
})
afterEach(async () => {
  await services.stop()
  await target.close()
  await removeDataDir(dataDir)
})

test('a relay cannot make the app write another request to a target than the one that it shows', async () => {
  const relay = await startHostileRelay()
  const nothing = new Uint8Array()
  let told = 0
  relay.onWelcomed = ({ ws }) => {
    const injection = INJECTIONS[told]
    const say = (head: object) => ws.send(rawFrame(1, JSON.stringify(head), nothing))
    say(goodHead(`good-${told}`, told + 1, nothing))
    if (injection) {
      const evil = { ...goodHead(`evil-${told}`, told + 1, nothing), ...injection }
      // What was refused is shown as it came, and goes nowhere.
      const rejected = { status: 400, reason: 'bad', bodyBytes: null }
      if (!/[\u0100-\uffff]/.test(JSON.stringify(injection)))
        say({ ...evil, id: `rejected-${told}`, kind: 'rejected', rejected })
      say(evil)
    }
    told += 1
  }
  const made = await services.engine.targets.add({ url: target.url })
  await services.engine.sources.add({
    kind: 'creel',
    name: 'hostile',
    relayUrl: relay.url,
    buckets: [],
    targets: [made.id],
    token: Token.parse({ key: 'crk_abcdef', secret: `crs_${'x'.repeat(43)}` }),
  })
  const goods = INJECTIONS.length + 1
  await expect
    .poll(
      () => {
        services.engine.sources.retryNow(null)
        return told
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBeGreaterThanOrEqual(goods)
  await eventually(() => expect(target.requests.length).toBeGreaterThanOrEqual(goods))
  const { requests } = target
  expect(requests.filter(({ head }) => !head.startsWith('POST /hook?x=1 HTTP/1.1\r\n') || /evil/i.test(head))).toEqual(
    [],
  )
  expect(requests).toHaveLength(told)
  expect(services.errors).toEqual([])
  report('requests smuggled by a relay towards a target', {
    sent: INJECTIONS.length,
    forwarded: 0,
    'good ones forwarded': told,
  })
})
