import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { until } from '../helpers/forwarding-desk.ts'
import { answerOf, answerText, deliver, failureOf, useForwarding } from '../helpers/forwarding-setup.ts'
import { OK_ANSWER } from '../helpers/raw-target.ts'

const MIB = 1024 * 1024
const { openForwarderTo, openHttp, openTarget } = useForwarding()

describe('an answer', () => {
  it('is kept whole: status, reason, lines in order with duplicates, body, SHA-256', async () => {
    const head =
      'HTTP/1.1 422 Not Today\r\nSet-Cookie: a=1\r\nX-odd: caf\u00e9\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n\r\n'
    const target = await openTarget({ answer: () => `${head}no!` })
    const delivery = await deliver(openForwarderTo(target.url))
    expect(delivery.state).toBe('answered')
    expect(answerOf(delivery)).toEqual({
      status: 422,
      reasonPhrase: 'Not Today',
      headers: [
        ['Set-Cookie', 'a=1'],
        ['X-odd', 'caf\u00e9'],
        ['Set-Cookie', 'b=2'],
        ['Content-Length', '3'],
      ],
      body: Uint8Array.from(Buffer.from('no!')),
      bodyBytes: 3,
      keptBytes: 3,
      bodySha256: createHash('sha256').update('no!').digest('hex'),
      cut: false,
    })
    const timings = delivery.attempts[0]?.timings
    expect(timings?.connectedMs).toBeGreaterThan(0)
    expect(timings?.firstByteMs).toBeGreaterThanOrEqual(timings?.connectedMs ?? Infinity)
    expect(timings?.totalMs).toBeGreaterThanOrEqual(timings?.firstByteMs ?? Infinity)
  })

  it('that redirects is not followed', async () => {
    const target = await openTarget({
      answer: () => 'HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n',
    })
    expect(answerOf(await deliver(openForwarderTo(target.url)))?.status).toBe(302)
    expect(target.requests).toHaveLength(1)
  })

  it('after 103 Early Hints is the one that counts', async () => {
    const target = await openTarget({ answer: () => `HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n${OK_ANSWER}` })
    expect(answerOf(await deliver(openForwarderTo(target.url)))?.status).toBe(200)
  })

  it('of 30 MB is read to its end, kept to 25 MiB and marked as cut', async () => {
    const { port } = await openHttp((request, response) => {
      request.resume()
      response.end(Buffer.alloc(30_000_000, 'x'))
    })
    const answer = answerOf(await deliver(openForwarderTo(`http://127.0.0.1:${port}`)))
    expect(answer).toMatchObject({
      status: 200,
      bodyBytes: 30_000_000,
      keptBytes: 25 * MIB,
      cut: true,
      bodySha256: null,
    })
    expect(answer?.body.length).toBe(25 * MIB)
  })

  it('in many pieces has the SHA-256 of them all', async () => {
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
    const { port } = await openHttp((request, response) => {
      request.resume()
      for (let at = 0; at < body.length; at += 10_000) response.write(body.subarray(at, at + 10_000))
      response.end()
    })
    const answer = answerOf(await deliver(openForwarderTo(`http://127.0.0.1:${port}`)))
    expect(answer?.bodySha256).toBe(createHash('sha256').update(body).digest('hex'))
    expect(Buffer.from(answer?.body ?? []).equals(body)).toBe(true)
  })

  it('that is an event stream is closed after 64 KiB', async () => {
    let isClosed = false
    const { port } = await openHttp((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      const timer = setInterval(() => response.write(`data: ${'x'.repeat(8192)}\n\n`), 1)
      response.on('close', () => {
        clearInterval(timer)
        isClosed = true
      })
    })
    const delivery = await deliver(openForwarderTo(`http://127.0.0.1:${port}`, { idleTimeoutMs: null }))
    expect(delivery.state).toBe('answered')
    expect(answerOf(delivery)).toMatchObject({ status: 200, keptBytes: 65_536, cut: true })
    await until(() => expect(isClosed).toBe(true))
  })

  it('that is an event stream which falls silent does not keep its slot', async () => {
    const { port } = await openHttp((request, response) => {
      request.resume()
      if (request.url === '/next') return response.end('ok')
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return response.write('data: hello\n\n')
    })
    const desk = openForwarderTo(`http://127.0.0.1:${port}`, { inFlight: 1, idleTimeoutMs: null })
    const delivery = await deliver(desk)
    expect(delivery.state).toBe('answered')
    expect(answerText(delivery)).toBe('data: hello\n\n')
    expect((await deliver(desk, { rest: '/next' })).state).toBe('answered')
  })

  it('to HEAD has no body, whatever length it names', async () => {
    const target = await openTarget({ answer: () => 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n' })
    expect(answerOf(await deliver(openForwarderTo(target.url), { method: 'HEAD' }))).toMatchObject({
      status: 200,
      bodyBytes: 0,
    })
  })

  it('that comes before the body was taken is an answer all the same', async () => {
    const { port } = await openHttp((_request, response) => {
      response.writeHead(413, { connection: 'close' })
      response.end('too large')
    })
    const delivery = await deliver(openForwarderTo(`http://127.0.0.1:${port}`), { body: Buffer.alloc(8 * MIB) })
    // Whether it can still be read before the connection is reset is up to the target: it fails in words, or is an answer.
    if (delivery.state === 'answered') expect(answerOf(delivery)?.status).toBe(413)
    else expect(['closed-early', 'reset']).toContain(failureOf(delivery)?.code)
  })
})

describe('timeouts', () => {
  it('no first byte in time fails the delivery in words', async () => {
    const target = await openTarget({ answer: () => null })
    const delivery = await deliver(openForwarderTo(target.url, { firstByteTimeoutMs: 100 }))
    expect(delivery.state).toBe('failed')
    expect(failureOf(delivery)).toMatchObject({
      code: 'first-byte-timeout',
      message: `127.0.0.1:${target.port} sent no first byte within 100 ms`,
    })
  })

  it('an answer that stops in the middle fails after the silence, and what came is kept', async () => {
    const target = await openTarget({ answer: () => 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf' })
    const delivery = await deliver(openForwarderTo(target.url, { idleTimeoutMs: 100 }))
    expect(failureOf(delivery)?.code).toBe('idle-timeout')
    expect(answerOf(delivery)).toMatchObject({ status: 200, bodyBytes: 4, cut: true, bodySha256: null })
  })

  it('an answer that drips is no silence', async () => {
    const { port } = await openHttp((request, response) => {
      request.resume()
      let left = 8
      const timer = setInterval(() => {
        if ((left -= 1) > 0) return response.write('.')
        clearInterval(timer)
        return response.end('!')
      }, 150)
    })
    const delivery = await deliver(
      openForwarderTo(`http://127.0.0.1:${port}`, { idleTimeoutMs: 900, firstByteTimeoutMs: 900 }),
    )
    expect(answerText(delivery)).toBe('.......!')
  })

  it('with none, a breakpoint fails neither its own delivery nor later ones', async () => {
    let goOn = () => {}
    const breakpoint = new Promise<void>((resolve) => (goOn = resolve))
    const { port } = await openHttp((request, response) => {
      request.resume()
      void breakpoint.then(() => response.end('done'))
    })
    const desk = openForwarderTo(`http://127.0.0.1:${port}`, {
      firstByteTimeoutMs: null,
      idleTimeoutMs: null,
      inFlight: 2,
    })
    for (let i = 0; i < 20; i += 1) await desk.capture({ rest: `/${i}` })
    await until(() => expect(desk.forwarder.statuses()[0]).toMatchObject({ sending: 2, queued: 18 }))
    goOn()
    await until(() => expect(desk.all().every(({ state }) => state === 'answered')).toBe(true))
    expect(desk.all().every(({ attempts }) => attempts.length === 1)).toBe(true)
  })
})

describe('a target that was quick and then hangs', () => {
  it('has only what is really under way as sending, so that a crash leaves no doubt about the rest', async () => {
    let isHanging = false
    const target = await openTarget({ answer: () => (isHanging ? null : OK_ANSWER) })
    const desk = openForwarderTo(target.url, { inFlight: 2, firstByteTimeoutMs: null })
    for (let i = 0; i < 30; i += 1) await desk.capture()
    await until(() => expect(desk.all().every(({ state }) => state === 'answered')).toBe(true))
    isHanging = true
    for (let i = 0; i < 10; i += 1) await desk.capture()
    const states = () =>
      desk
        .all()
        .slice(30)
        .map(({ state }) => state)
    await until(() => expect(states().filter((state) => state === 'queued')).toHaveLength(8))
    expect(states().slice(0, 2)).toEqual(['sending', 'sending'])
    expect(target.requests).toHaveLength(32)
  })
})
