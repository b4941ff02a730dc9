import { createServer, ServerResponse } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../../../helpers/eventually.ts'
import { createCounters } from '../../../../relay/counters.ts'
import { Incoming } from '../../../../relay/ingest/incoming.ts'
import { createIngest } from '../../../../relay/ingest/ingest.ts'
import { createMountFinder } from '../../../../relay/ingest/mount.ts'
import { createRefusalBook } from '../../../../relay/ingest/refusal-book.ts'
import { listen } from '../../../../relay/listen.ts'
import type { Added, RelayStore, Upload } from '../../../../relay/store/store.ts'
import { exchangeRaw, openRaw } from '../../../helpers/raw-http.ts'

const ID = '0b0e7c6a-3c5d-4e8f-9a1b-2c3d4e5f6a7b'

/** A store in the states that the real one is seldom in. */
async function serve(begin: () => Upload | null) {
  const bucket = { id: 'b', name: 'b', settings: {}, createdAt: 0 }
  const store = {
    admin: {
      input: (id: string) => (id === ID ? { id, bucketId: 'b', name: 'i', settings: {}, createdAt: 0 } : null),
      bucket: () => bucket,
    },
    intake: { begin, reject: async () => undefined },
  } as unknown as RelayStore
  const counters = createCounters()
  const onError = vi.fn<(error: unknown) => void>()
  const book = createRefusalBook({ store, counters, unknown: null, onError })
  const ingest = createIngest({
    store,
    mounts: createMountFinder(''),
    counters,
    book,
    unknown: null,
    edge: { examine: () => expect.fail('nothing is demanded here') },
    unknownInputs: 'like-default',
    maxBodyBytes: 1000,
    onError,
  })
  const server = createServer({ IncomingMessage: Incoming }, (req, res) => ingest.receive(req, res))
  server.on('checkContinue', (req, res) => ingest.receive(req, res, 'continue'))
  const port = await listen(server, '127.0.0.1', 0, onError)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, counters, onError, ingest, server }
}

function upload(finish: () => Promise<Added>): Upload & { aborted: boolean } {
  return {
    aborted: false,
    onDrain: null,
    write: () => true,
    finish: (_trailers, _handshake, told) =>
      void finish().then(told, (error: Error) => told({ kind: 'failed', error })),
    read: () => expect.fail('nobody is to look at it'),
    abort() {
      this.aborted = true
    },
  }
}

const POST = `POST /in/${ID} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`

test('when the memory for uploads is used up, a newcomer is told to come back', async () => {
  const { port, counters } = await serve(() => null)
  expect(await exchangeRaw(port, POST)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  expect(counters.refused.get('busy')).toBe(1)
})

test('with Expect: 100-continue it is told so instead of 100', async () => {
  const { port } = await serve(() => null)
  const head = `POST /in/${ID} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`
  expect((await exchangeRaw(port, head)).status).toBe(503)
})

test('a store that cannot write makes it 503, never 200, and says so in the log', async () => {
  const { port, counters, onError } = await serve(() => upload(() => Promise.reject(new Error('disk full'))))
  const answer = await exchangeRaw(port, POST)
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } })
  expect(answer.body).not.toContain('disk full')
  expect(counters).toMatchObject({ accepted: 0 })
  expect(onError).toHaveBeenCalledOnce()
})

test('a sender is answered only after the commit', async () => {
  let commit: (added: Added) => void = () => undefined
  const committed = new Promise<Added>((resolve) => {
    commit = resolve
  })
  const finish = vi.fn<() => Promise<Added>>(() => committed)
  const { port } = await serve(() => upload(finish))
  let isAnswered = false
  const answer = exchangeRaw(port, POST).then((read) => {
    isAnswered = true
    return read
  })
  await eventually(() => expect(finish).toHaveBeenCalled())
  // Another sender's whole exchange: an answer sent too early would have been here by now.
  const other = await exchangeRaw(port, `POST /in/${ID} HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n`)
  expect([other.status, isAnswered]).toEqual([413, false])
  commit({ kind: 'stored', id: 'x', seq: 1, receivedAt: 0 })
  expect((await answer).status).toBe(200)
})

test('a full store makes the sender wait before it reads on', async () => {
  const pieces: number[] = []
  const slow = upload(async () => ({ kind: 'stored', id: 'x', seq: 1, receivedAt: 0 }))
  slow.write = (bytes) => {
    pieces.push(bytes.length)
    return false
  }
  const { port } = await serve(() => slow)
  const head = `POST /in/${ID} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc`
  const answer = exchangeRaw(port, head, 'def')
  await eventually(() => expect(pieces.length).toBeGreaterThan(0))
  slow.onDrain?.()
  await eventually(() => {
    slow.onDrain?.()
    expect(pieces.reduce((sum, bytes) => sum + bytes, 0)).toBe(6)
  })
  slow.onDrain?.()
  expect((await answer).status).toBe(200)
})

test('what is still read from a connection that is gone begins nothing, for nothing would end it', async () => {
  const begin = vi.fn(() => upload(() => new Promise(() => undefined)))
  const { port, counters, ingest, server } = await serve(begin)
  const taken = new Promise<Incoming>((resolve) => server.once('request', resolve))
  const connection = await openRaw(port)
  connection.write(POST)
  const req = await taken
  const closed = new Promise((resolve) => req.socket.once('close', resolve))
  connection.close()
  await closed
  expect(begin).toHaveBeenCalledOnce()
  ingest.receive(req, new ServerResponse(req))
  expect(begin).toHaveBeenCalledOnce()
  expect(counters.refused.get('aborted')).toBe(1)
})
