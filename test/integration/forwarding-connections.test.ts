import type { RequestListener, ServerResponse } from 'node:http'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { until } from '../helpers/forwarding-desk.ts'
import {
  allAre,
  answerOf,
  answerText,
  captureMany,
  deliver,
  failureOf,
  pathsOf,
  useForwarding,
} from '../helpers/forwarding-setup.ts'
import { findFreePort, OK_ANSWER } from '../helpers/raw-target.ts'

const { openForwarderTo, openHttp, openTarget } = useForwarding()
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
if (!hasIpv6) process.stdout.write('This machine has no ::1: what needs it is skipped.\n')

describe('a connection that breaks', () => {
  it('under several deliveries, whose target is gone for the fresh ones, is told of by each, as each may come a second time', async () => {
    // Two connections are made and kept; what comes next on them gets no answer, and then the target goes away.
    let bothCame: () => void = () => {}
    const answered = new Promise<string>((resolve) => {
      bothCame = () => resolve(OK_ANSWER)
    })
    const target = await openTarget({
      answer: () => {
        if (target.requests.length === 2) bothCame()
        return target.requests.length <= 2 ? answered : null
      },
    })
    const desk = openForwarderTo(target.url, { inFlight: 2 })
    await allAre(await captureMany(desk, 2), 'answered')
    const deliveries = await captureMany(desk, 2, 2)
    await until(() => expect(target.requests).toHaveLength(4))
    await target.close()
    await allAre(deliveries, 'held')
    expect(deliveries.map(({ attempts }) => attempts.map(({ reconnected }) => reconnected))).toEqual([[true], [true]])
    const again = await openTarget({ port: target.port })
    await allAre(deliveries, 'answered')
    expect(pathsOf(again).toSorted((a, b) => a - b)).toEqual([2, 3])
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([2, 2])
  })

  it('idle and closed by the target just then is replaced once, and the attempt says so', async () => {
    // Says nothing of closing, and closes each connection once it has answered on it twice.
    const served = new Map<number, number>()
    const target = await openTarget({
      answer: ({ connection }, socket) => {
        const count = (served.get(connection) ?? 0) + 1
        served.set(connection, count)
        if (count === 1) return OK_ANSWER
        socket.destroy()
        return null
      },
    })
    const desk = openForwarderTo(target.url, { inFlight: 1 })
    const first = await deliver(desk)
    const second = await deliver(desk)
    expect([first.state, second.state]).toEqual(['answered', 'answered'])
    expect(first.attempts[0]?.reconnected).toBe(false)
    expect(second.attempts[0]?.reconnected).toBe(true)
    expect(second.attempts).toHaveLength(1)
    expect(target.connections()).toBe(2)
  })

  it('does not fail deliveries to a server that closes idle sockets without a word', async () => {
    const idleMs = 30
    const timers = new Map<number, NodeJS.Timeout>()
    const target = await openTarget({
      answer({ connection }, socket) {
        clearTimeout(timers.get(connection))
        timers.set(
          connection,
          setTimeout(() => socket.destroy(), idleMs),
        )
        return OK_ANSWER
      },
    })
    const desk = openForwarderTo(target.url)
    const states: string[] = []
    for (let i = 0; i < 60; i += 1) {
      states.push((await deliver(desk)).state)
      // Right around the moment of closing, which no side can know of the other.
      await new Promise((resolve) => setTimeout(resolve, idleMs - 12 + (i % 16)))
    }
    expect(states.filter((state) => state !== 'answered')).toEqual([])
    expect(target.connections()).toBeGreaterThan(5)
    expect(target.connections()).toBeLessThan(60)
  })

  it('on a fresh connection is not tried again: the target may have acted', async () => {
    const target = await openTarget({
      answer: (_, socket) => {
        socket.end()
        return null
      },
    })
    const delivery = await deliver(openForwarderTo(target.url))
    expect(delivery.state).toBe('failed')
    expect(failureOf(delivery)).toMatchObject({
      code: 'closed-early',
      message: `127.0.0.1:${target.port} closed the connection before it answered`,
    })
    expect(target.requests).toHaveLength(1)
  })

  it('by a reset is called one', async () => {
    const target = await openTarget({
      answer: (_, socket) => {
        socket.resetAndDestroy()
        return null
      },
    })
    expect(failureOf(await deliver(openForwarderTo(target.url)))?.code).toBe('reset')
  })

  it('in the middle of an answer keeps what came', async () => {
    const target = await openTarget({
      answer: (_, socket) => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
        return null
      },
    })
    const delivery = await deliver(openForwarderTo(target.url))
    expect(failureOf(delivery)).toMatchObject({ code: 'closed-early' })
    expect(answerOf(delivery)).toMatchObject({ status: 200, bodyBytes: 4, cut: true })
  })

  it('in the middle of a chunked answer is no whole answer', async () => {
    const target = await openTarget({
      answer: (_, socket) => {
        socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n')
        return null
      },
    })
    const delivery = await deliver(openForwarderTo(target.url))
    expect(delivery.state).toBe('failed')
    expect(failureOf(delivery)?.code).toBe('closed-early')
  })

  it('with something that is not HTTP says so', async () => {
    const target = await openTarget({ answer: () => 'SSH-2.0-OpenSSH_9.2\r\n' })
    expect(failureOf(await deliver(openForwarderTo(target.url)))).toMatchObject({ code: 'bad-answer' })
  })
})

describe('localhost', () => {
  const listener: RequestListener = (request, response) => {
    request.resume()
    response.end(request.socket.localAddress)
  }

  it('reaches a server on 127.0.0.1 alone', async () => {
    const { port } = await openHttp(listener, { host: '127.0.0.1' })
    expect(answerText(await deliver(openForwarderTo(`http://localhost:${port}`)))).toBe('127.0.0.1')
  })

  it.skipIf(!hasIpv6)('reaches a server on ::1 alone', async () => {
    const { port } = await openHttp(listener, { host: '::1' })
    expect(answerText(await deliver(openForwarderTo(`http://localhost:${port}`)))).toBe('::1')
  })

  it.skipIf(!hasIpv6)('reaches a server on both', async () => {
    const { port } = await openHttp(listener, { host: '::' })
    expect(answerText(await deliver(openForwarderTo(`http://localhost:${port}`)))).toMatch(/127\.0\.0\.1$|^::1$/)
  })

  it('is any name that ends in .localhost too', async () => {
    const { port } = await openHttp(listener)
    expect(answerText(await deliver(openForwarderTo(`http://shop.app.localhost:${port}`)))).toBe('127.0.0.1')
  })

  it.skipIf(!hasIpv6)('may be given as [::1]', async () => {
    const { port } = await openHttp((request, response) => response.end(request.headers.host), { host: '::1' })
    expect(answerText(await deliver(openForwarderTo(`http://[::1]:${port}`)))).toBe(`[::1]:${port}`)
  })
})

describe('https', () => {
  const listener: RequestListener = (request, response) => {
    request.resume()
    response.end('secret')
  }

  it('with a self-signed certificate fails and names the switch', async () => {
    const { port } = await openHttp(listener, { secure: true })
    const delivery = await deliver(openForwarderTo(`https://localhost:${port}`))
    expect(delivery.state).toBe('failed')
    expect(failureOf(delivery)?.code).toBe('tls')
    expect(failureOf(delivery)?.message).toContain('Accept this target’s self-signed certificate'.replace('’', "'"))
  })

  it('with a self-signed certificate works where the target allows it, from the next attempt on', async () => {
    const { port } = await openHttp(listener, { secure: true })
    const desk = openForwarderTo(`https://localhost:${port}`)
    expect((await deliver(desk)).state).toBe('failed')
    desk.setTargets({ url: `https://localhost:${port}`, options: { allowSelfSigned: true } })
    const delivery = await deliver(desk)
    expect(answerText(delivery)).toBe('secret')
  })

  it('with a self-signed certificate is used no more once the target allows none, also where it was in use just then', async () => {
    const open: ServerResponse[] = []
    const { port } = await openHttp((_, response) => void open.push(response), { secure: true })
    const url = `https://localhost:${port}`
    const desk = openForwarderTo(url, { allowSelfSigned: true, inFlight: 1 })
    const deliveries = await captureMany(desk, 2)
    await until(() => expect(open).toHaveLength(1))
    desk.setTargets({ url, options: { allowSelfSigned: false, inFlight: 1 } })
    open[0]?.end('secret')
    await until(() => expect(deliveries.map(({ state }) => state)).toEqual(['answered', 'failed']))
    expect(deliveries[1] && failureOf(deliveries[1])?.code).toBe('tls')
  })

  it('to a server that speaks plain HTTP says so', async () => {
    const { port } = await openHttp(listener)
    const delivery = await deliver(openForwarderTo(`https://localhost:${port}`))
    expect(failureOf(delivery)).toMatchObject({ code: 'tls', message: expect.stringContaining('does not speak TLS') })
  })

  it('expected by a server that is spoken to in plain HTTP fails in words', async () => {
    const { port } = await openHttp(listener, { secure: true })
    const delivery = await deliver(openForwarderTo(`http://localhost:${port}`))
    expect(delivery.state).toBe('failed')
    expect(failureOf(delivery)?.message).toBe(`localhost:${port} closed the connection before it answered`)
  })
})

describe('a name', () => {
  it('that does not exist holds its deliveries and says so', async () => {
    const delivery = await deliver(openForwarderTo('http://no-such-host.invalid:3000'))
    expect(delivery).toMatchObject({ state: 'held', holdReason: 'nothing-listens' })
    expect(failureOf(delivery)?.code).toBe('name-not-found')
  })

  it('with an address where nobody listens names it', async () => {
    const port = await findFreePort()
    const delivery = await deliver(openForwarderTo(`http://127.0.0.1:${port}`))
    expect(failureOf(delivery)).toMatchObject({ tried: [{ address: `127.0.0.1:${port}`, outcome: 'refused' }] })
  })
})
