import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { extent } from '../../helpers/extent.ts'
import { agentOf, expectAllArrive, startFaultyRelay, startRelayIn } from '../../helpers/faulty-relay.ts'
import { senderTo, type Sender } from '../../helpers/faulty-sender.ts'
import { report } from '../../helpers/ledger.ts'
import { openRaw } from '../../helpers/raw-http.ts'
import { mountSmallDisk } from '../../helpers/tmpfs.ts'

const KIB = 1024

const isRefusal = ({ status, retryAfter }: { status: number; retryAfter: string | null }): boolean =>
  status === 503 && Number(retryAfter) > 0

/** A sender that does as Retry-After bids gets through at last. */
async function postUntilAccepted(sender: Sender, name: string): Promise<void> {
  let tries = 0
  await eventually(async () => {
    tries += 1
    expect((await sender.post(`${name}-${tries}`)).status).toBe(200)
  })
}

describe("a relay's disk that is full", () => {
  test('amid a burst, while the journal grows: 503 with Retry-After for what is not stored, and it goes on by itself', async (context) => {
    const disk = mountSmallDisk(context, 12)
    const relay = await startFaultyRelay({ dataDir: join(disk.folder, 'data') })
    const sender = senderTo(relay.inputUrl)
    disk.fill(2_000 * KIB)
    await sender.burst('filling-', extent(400, 1500), { bytes: 16 * KIB })
    expect(sender.accepted.length).toBeGreaterThan(10)
    expect(sender.refused.length).toBeGreaterThan(10)
    expect(sender.refused.filter((reply) => !isRefusal(reply))).toEqual([])
    disk.fill()
    await eventually(async () =>
      expect(await relay.ready()).toMatchObject({ status: 503, text: expect.stringContaining('no space left') }),
    )
    expect(relay.process.stdout()).toMatch(
      /There is no space left to write .+relay\.sqlite\. Free some, and the relay goes on\./,
    )

    disk.free()
    await postUntilAccepted(sender, 'after')
    await sender.burst('later-', 50)
    expect((await relay.ready()).status).toBe(200)
    const agent = agentOf(relay)
    await expectAllArrive('relay: disk full while the journal grows', sender, agent)
  })

  test('amid a large chunked body: that one is refused and leaves nothing behind', async (context) => {
    const disk = mountSmallDisk(context, 16)
    const relay = await startFaultyRelay({ dataDir: join(disk.folder, 'data') })
    const sender = senderTo(relay.inputUrl)
    await sender.burst('before-', 20)
    const path = new URL(relay.inputUrl).pathname
    const connection = await openRaw(relay.port)
    onTestFinished(() => connection.close())
    connection.write(`POST ${path}/large HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
    const piece = new Uint8Array(256 * KIB)
    const chunk = (): void => {
      connection.write(`${piece.length.toString(16)}\r\n`)
      connection.write(piece)
      connection.write('\r\n')
    }
    for (let n = 0; n < 8; n += 1) chunk()
    await eventually(() => expect(disk.room()).toBeLessThan(14 * KIB * KIB))
    disk.fill()
    for (let n = 0; n < 8; n += 1) chunk()
    connection.write('0\r\n\r\n')
    const answer = await connection.answer()
    sender.note('large', { status: answer.status, retryAfter: answer.headers['retry-after'] ?? null }, new Uint8Array())
    expect(answer.status).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)

    disk.free()
    await postUntilAccepted(sender, 'after')
    const agent = agentOf(relay)
    await expectAllArrive('relay: disk full amid a chunked body', sender, agent)
    const status = await relay.ask('GET', '/v1/status')
    expect(status).toMatchObject({ uncommittedBytes: 0 })
  })

  test('while an agent acknowledges: what waited is handed out again and recognised, and nothing stands still', async (context) => {
    const disk = mountSmallDisk(context, 12)
    const relay = await startFaultyRelay({ dataDir: join(disk.folder, 'data') })
    const sender = senderTo(relay.inputUrl)
    await sender.burst('waiting-', 100, { bytes: 4 * KIB })
    const agent = agentOf(relay)
    let letGo = (): void => undefined
    const gate = new Promise<void>((resolve) => (letGo = resolve))
    agent.sink.gate = () => gate
    await eventually(() => expect(agent.sink.events.length).toBeGreaterThan(50))
    disk.fill()
    agent.sink.gate = () => Promise.resolve()
    letGo()
    expect(await sender.post('while-full')).toMatchObject({ status: 503 })
    disk.free()
    await postUntilAccepted(sender, 'after')
    await eventually(() =>
      expect(new Set(agent.sink.stored.map(({ head }) => head.id)).size).toBe(sender.accepted.length),
    )
    await eventually(async () => expect(await relay.ask('GET', '/v1/status')).toMatchObject({ items: 0 }))
    const ledger = sender.ledgerOf(agent.sink.stored)
    report('relay: disk full while an agent acknowledges', ledger)
    expect(ledger).toMatchObject({ lost: 0, altered: 0 })
  })

  test('at a start: one sentence and exit 1, nothing half made; with space it starts and has everything', async (context) => {
    const disk = mountSmallDisk(context, 12)
    const wishes = { dataDir: join(disk.folder, 'data') }
    disk.fill()
    const first = await startRelayIn(wishes).finished
    expect(first.code).toBe(1)
    expect(first.stderr).toMatch(/^[^\n]*no space left[^\n]*\n$/i)
    disk.free()
    const relay = await startFaultyRelay(wishes)
    const sender = senderTo(relay.inputUrl)
    await sender.burst('kept-', 50)
    relay.process.child.kill('SIGKILL')
    await relay.process.finished
    disk.fill()
    const second = startRelayIn(wishes)
    const outcome = await Promise.race([second.finished, second.up()])
    if ('code' in outcome) {
      expect(outcome.code).toBe(1)
      expect(outcome.stderr).toMatch(/^[^\n]*no space left[^\n]*\n$/i)
    } else {
      second.child.kill('SIGTERM')
      await second.finished
    }
    disk.free()
    const again = await relay.again()
    await expectAllArrive('relay: disk full at a start', sender, agentOf(again))
  })
})
