import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, expect } from 'vitest'
import type { ForwarderOptions } from '../../core/forwarding/forwarder.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import { openDesk, until, type Desk, type KeptDelivery, type Sample } from './forwarding-desk.ts'
import { startRawTarget, type RawTarget, type RawTargetOptions } from './raw-target.ts'

const tls = {
  key: readFileSync(new URL('../fixtures/tls/localhost-key.pem', import.meta.url)),
  cert: readFileSync(new URL('../fixtures/tls/localhost-cert.pem', import.meta.url)),
}

/** Opens forwarders and targets, and closes them all after each test. */
export function useForwarding() {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  function openForwarder(options: Partial<ForwarderOptions> = {}): Desk {
    const desk = openDesk(options)
    closing.unshift(() => desk.stop())
    return desk
  }

  async function openTarget(options: RawTargetOptions = {}): Promise<RawTarget> {
    const target = await startRawTarget(options)
    closing.push(() => target.close())
    return target
  }

  return {
    openForwarder,
    openTarget,
    /** A forwarder with this one target. */
    openForwarderTo(url: string, options: Partial<TargetOptions> = {}): Desk {
      const desk = openForwarder()
      desk.setTargets({ url, options })
      return desk
    },
    async openPair(options: Partial<TargetOptions> = {}, target: RawTargetOptions = {}) {
      const opened = await openTarget(target)
      const desk = openForwarder()
      desk.setTargets({ url: opened.url, options })
      return { target: opened, desk }
    },
    /** A node:http target, as most are. */
    async openHttp(listener: RequestListener, options: { host?: string; secure?: boolean } = {}) {
      const server: Server & { closeAllConnections(): void } = options.secure
        ? createTlsServer(tls, listener)
        : createServer(listener)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, options.host ?? '127.0.0.1', resolve)
      })
      closing.push(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })
      return { server, port: (server.address() as AddressInfo).port }
    },
  }
}

/** Captures one request for one target and waits until its delivery has ended or is held. */
export async function deliver(desk: Desk, sample: Sample = { body: 'x' }): Promise<KeptDelivery> {
  const [delivery] = await desk.capture(sample)
  if (!delivery) throw new Error('no target')
  await until(() => expect(['answered', 'failed', 'held']).toContain(delivery.state))
  return delivery
}

/** Captures requests whose path is their number, as fast as they come. */
export async function captureMany(desk: Desk, count: number, from = 0, sourceId: SourceId | null = null) {
  const deliveries = await Promise.all(
    Array.from({ length: count }, (_, i) => desk.capture({ rest: `/${from + i}`, body: `${from + i}` }, sourceId)),
  )
  return deliveries.flat()
}

export function allAre(deliveries: readonly KeptDelivery[], state: string): Promise<void> {
  return until(() => expect(countStates(deliveries)).toEqual({ [state]: deliveries.length }))
}

export function countStates(deliveries: readonly KeptDelivery[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of deliveries) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** The numbers of the requests as they arrived. */
export function pathsOf(target: RawTarget): number[] {
  return target.requests.map(({ head }) => Number(head.split(' ')[1]?.slice(1)))
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

export const failureOf = (delivery: KeptDelivery) => delivery.attempts.at(-1)?.failure
export const answerOf = (delivery: KeptDelivery) => delivery.attempts.at(-1)?.answer
export const answerText = (delivery: KeptDelivery) => Buffer.from(answerOf(delivery)?.body ?? []).toString()
