import { expect, test } from 'vitest'
import { createRandom, SEED } from '../../helpers/burst-random.ts'
import { documentedDifferences, documentedRefusals, findRefusal } from '../../helpers/exact-documents.ts'
import { expectedHead, type ForwardedTo } from '../../helpers/exact-expectation.ts'
import { factsKept, factsSent, type KeptRequest, readKept } from '../../helpers/exact-history.ts'
import { type ExactRig, startExactRig } from '../../helpers/exact-rig.ts'
import { createExactSender } from '../../helpers/exact-sender.ts'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { refusedRequest, REFUSED_KINDS, type RefusedRequest, SMALL_BODY } from '../../helpers/random-request-refused.ts'
import { randomRequest, rawBytes, type SentRequest } from '../../helpers/random-request.ts'
import { openRaw } from '../../helpers/raw-http.ts'
import type { RawRequest, RawTarget } from '../../helpers/raw-target.ts'

const REQUESTS = 2000
/** Each way of being refused so often. */
const REFUSED = REFUSED_KINDS * 3
const LANES = 6
const RESENDS_AT_ONCE = 32
const ARRIVAL = { timeout: 100_000, interval: 50 }
/** Each round is another 2,000. */
const SEEDS = Array.from({ length: extent(1, 6) }, (_, round) => SEED + round)

const differences = documentedDifferences()
const refusals = documentedRefusals()

test.each(SEEDS)(
  'with seed %i random requests come to the history and to targets byte for byte, but for what the documents list; refused ones are told, counted and shown',
  async (seed) => {
    const rig = await startExactRig()
    const usual = await rig.newInput()
    const small = await rig.newInput({ maxBodyBytes: SMALL_BODY })
    // One in flight: what arrives shows the order in which it was sent.
    const near = await rig.addTarget('', { inFlight: 1 })
    const far = await rig.addTarget('/base//x/', { keepHost: true, inFlight: 8 })
    await rig.services.engine.sources.update(rig.sourceId, { targets: [near.id] })
    const random = createRandom(seed)
    const sent = Array.from({ length: REQUESTS }, (_, number) => randomRequest(random, number, usual))
    const refused = Array.from({ length: REFUSED }, (_, at) =>
      refusedRequest(random, REQUESTS + at, at, { usual, small }),
    )

    const [statuses, told] = await Promise.all([sendAll(rig.port, seed, sent), sendRefused(rig.port, refused)])
    const accepted = sent.filter(({ number }) => statuses.get(number) === 200)
    expect(sent.filter(({ number }) => statuses.get(number) !== 200).map(describe), `seed ${seed}`).toEqual([])
    expectTold(refused, told)
    const counts = await expectCounted(rig, refused)

    await expectArrivals(near.target, accepted.length)
    const shown = refused.filter(isShown)
    await expect.poll(async () => (await rig.rows()).length, ARRIVAL).toBe(accepted.length + shown.length)
    const kept = await readKept(rig)
    const captured = kept.filter(({ detail }) => detail.kind === 'captured')
    expectKept(captured, sent)
    expectShown(kept, shown)
    expectOrder(captured, near.target)

    const here = { path: '', keepHost: false, sender: '127.0.0.1', scheme: 'http', resendOf: null } as const
    const toNear = { ...here, authority: `127.0.0.1:${near.target.port}` }
    const altered = countAltered(near.target, sent, () => toNear)

    await resendAll(rig, captured, far.id)
    await expectArrivals(far.target, captured.length)
    const uids = new Map(captured.map(({ number, detail }) => [number, detail.uid]))
    const toFar = { ...here, authority: `127.0.0.1:${far.target.port}`, path: '/base//x/', keepHost: true }
    const alteredAgain = countAltered(far.target, sent, ({ number }) => ({
      ...toFar,
      resendOf: uids.get(number) ?? '',
    }))

    const counted = { sent: sent.length, accepted: accepted.map(({ number }) => String(number)) }
    const first = countLedger({ ...counted, arrived: near.target.requests.map(nameOf), altered: altered.length })
    const again = countLedger({ ...counted, arrived: far.target.requests.map(nameOf), altered: alteredAgain.length })
    report(`random requests to a bare socket, seed ${seed}`, first)
    report('the same resent to another target', again)
    report('requests to be refused', {
      sent: refused.length,
      answered: [...told.values()].filter((status) => status !== null).length,
      counted: Object.values(counts).reduce((sum, count) => sum + count, 0),
      kinds: new Set(refused.map(({ what }) => what)).size,
      reasons: Object.keys(counts).length,
      shown: kept.length - captured.length,
    })
    expect([...altered, ...alteredAgain]).toEqual([])
    expect(first).toEqual({ sent: REQUESTS, accepted: REQUESTS, arrived: REQUESTS, twice: 0, lost: 0, altered: 0 })
    expect(again).toEqual(first)
    expect(rig.services.errors).toEqual([])
  },
)

/** Every lane is a connection at a time; requests of one lane go one after the other. */
async function sendAll(port: number, seed: number, requests: readonly SentRequest[]): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const own = requests.filter(({ number }) => number % LANES === lane)
    const sender = createExactSender(port, createRandom(seed + lane))
    const answers = await sender.send(own)
    own.forEach(({ number }, at) => statuses.set(number, answers[at] ?? 0))
    sender.close()
  })
  await Promise.all(lanes)
  return statuses
}

/** Each on a connection of its own; null where nobody is left to be answered. */
async function sendRefused(port: number, requests: readonly RefusedRequest[]): Promise<Map<number, number | null>> {
  const told = new Map<number, number | null>()
  for (const { number, wire, breaksOff } of requests) {
    const connection = await openRaw(port)
    connection.write(wire)
    const answer = breaksOff ? null : await connection.answer()
    if (breaksOff) await new Promise<void>((resolve) => connection.socket.end(resolve))
    told.set(number, answer?.status ?? null)
    connection.close()
  }
  return told
}

function expectTold(refused: readonly RefusedRequest[], told: ReadonlyMap<number, number | null>): void {
  for (const { number, what, reason } of refused) {
    const { statuses } = findRefusal(refusals, reason)
    const status = told.get(number)
    if (statuses.length === 0) expect(status, what).toBeNull()
    else expect(statuses, what).toContain(status)
  }
}

/** Gives the counts: those of the administration, which those for Prometheus are the same as. */
async function expectCounted(rig: ExactRig, refused: readonly RefusedRequest[]): Promise<Record<string, number>> {
  const expected: Record<string, number> = {}
  for (const { reason } of refused) expected[reason] = (expected[reason] ?? 0) + 1
  await expect.poll(() => rig.refused(), ARRIVAL).toEqual(expected)
  expect(await rig.refusedMetrics()).toEqual(expected)
  return rig.refused()
}

function isShown({ reason, isTold }: RefusedRequest): boolean {
  const { shown } = findRefusal(refusals, reason)
  return shown === 'yes' || (shown === 'told' && isTold)
}

function expectKept(captured: readonly KeptRequest[], sent: readonly SentRequest[]): void {
  const byNumber = new Map(captured.map((one) => [one.number, one]))
  for (const one of sent) {
    const kept = byNumber.get(one.number)
    expect(kept && factsKept(kept)).toEqual(factsSent(one))
    expect(kept?.raw.equals(rawBytes(one)), `the raw view of ${describe(one)}`).toBe(true)
  }
}

function expectShown(kept: readonly KeptRequest[], shown: readonly RefusedRequest[]): void {
  const rejected = new Map(kept.map((one) => [one.number, one.detail]))
  for (const { number, what, method, target, reason } of shown) {
    const row = rejected.get(number)
    expect(row, what).toMatchObject({ kind: 'rejected', method, bodyBytes: 0, result: null })
    // Where the version is what was wrong, it may stand there too.
    expect(row?.requestTarget.slice(0, target.length), what).toBe(target)
    const status = row?.detail?.kind === 'rejected' ? row.detail.rejected.status : 0
    expect(findRefusal(refusals, reason).statuses, what).toContain(status)
  }
}

/** First deliveries go in the order of the history, which keeps that of each connection. */
function expectOrder(captured: readonly KeptRequest[], target: RawTarget): void {
  const order = captured.map(({ number }) => number)
  expect(target.requests.map(nameOf)).toEqual(order.map(String))
  for (let lane = 0; lane < LANES; lane += 1) {
    const own = order.filter((number) => number % LANES === lane)
    expect(own).toEqual(own.toSorted((a, b) => a - b))
  }
}

async function resendAll(
  rig: ExactRig,
  captured: readonly KeptRequest[],
  target: Parameters<typeof rig.services.engine.resend>[1],
): Promise<void> {
  for (let at = 0; at < captured.length; at += RESENDS_AT_ONCE) {
    const some = captured.slice(at, at + RESENDS_AT_ONCE)
    await Promise.all(some.map(({ detail }) => rig.services.engine.resend(detail.id, target)))
  }
}

async function expectArrivals(target: RawTarget, count: number): Promise<void> {
  await expect.poll(() => target.requests.length, ARRIVAL).toBeGreaterThanOrEqual(count)
}

/** What did not arrive as the documents say, in words. */
function countAltered(
  target: RawTarget,
  sent: readonly SentRequest[],
  to: (one: SentRequest) => ForwardedTo,
): string[] {
  const arrived = new Map(target.requests.map((request) => [nameOf(request), request]))
  return sent.flatMap((one) => {
    const request = arrived.get(String(one.number))
    const head = expectedHead(one, to(one), differences)
    if (request?.head === head && request.body.equals(one.body)) return []
    return [
      `${describe(one)}\nexpected\n${head}\ngot\n${request?.head}\nbody ${request?.body.length} of ${one.body.length}`,
    ]
  })
}

function nameOf(request: RawRequest): string {
  return /^x-case: (\d+)\r$/im.exec(request.head)?.[1] ?? ''
}

function describe(one: SentRequest): string {
  return `${one.number}: ${JSON.stringify(one.head.toString('latin1', 0, 1500))}`
}
