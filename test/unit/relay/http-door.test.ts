import { type IncomingMessage, ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULT_TIMEOUTS } from '../../../relay/config.ts'
import { createHttpDoor, type HttpDoorOptions } from '../../../relay/http-door.ts'
import { createMountFinder } from '../../../relay/ingest/mount.ts'
import { listen } from '../../../relay/listen.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openRaw } from '../../helpers/raw-http.ts'

/** A door whose senders are answered by the test. */
async function openDoor() {
  const taken: { req: IncomingMessage; res: ServerResponse }[] = []
  const ingest: HttpDoorOptions['ingest'] = {
    receive: (req, res) => void taken.push({ req, res }),
    exchangeOf: () => null,
  }
  const unused = (): never => expect.fail('nobody is to come here')
  const door = createHttpDoor({
    timeouts: DEFAULT_TIMEOUTS,
    mounts: createMountFinder(''),
    ingest,
    book: { count: unused, reject: unused, stop: unused },
    store: { admin: {} as HttpDoorOptions['store']['admin'] },
    isAllowedHost: () => true,
    onOther: unused,
    onAgent: unused,
  })
  const port = await listen(door.server, '127.0.0.1', 0, unused)
  onTestFinished(() => {
    door.server.close()
    door.server.closeAllConnections()
  })
  return { door, port, taken }
}

const REQUEST = 'GET /in/x HTTP/1.1\r\nHost: x\r\n\r\n'

test('a drain waits for what was begun, and each answer closes its connection', async () => {
  const { door, port, taken } = await openDoor()
  const connection = await openRaw(port)
  connection.write(REQUEST)
  await eventually(() => expect(taken).toHaveLength(1))
  let isDrained = false
  const drained = door.drain().then(() => (isDrained = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(isDrained).toBe(false)
  taken[0]?.res.end('done')
  await drained
  expect((await connection.answer()).headers['connection']).toBe('close')
  await connection.closed
})

test('requests whose connection broke before their turn came are not waited for', async () => {
  const { door, port, taken } = await openDoor()
  const connection = await openRaw(port)
  connection.write(REQUEST + REQUEST + REQUEST)
  await eventually(() => expect(taken).toHaveLength(3))
  connection.close()
  await eventually(() => expect(taken[0]?.req.socket.destroyed).toBe(true))
  taken[1]?.res.end('done')
  await door.drain()
})

test('nor are requests that are read from a connection after it broke', async () => {
  const { door, port, taken } = await openDoor()
  const connection = await openRaw(port)
  connection.write(REQUEST)
  await eventually(() => expect(taken).toHaveLength(1))
  const req = taken[0]?.req ?? expect.fail('nothing was taken')
  const closed = new Promise((resolve) => req.socket.once('close', resolve))
  connection.close()
  await closed
  // As node:http does it with what it had read by then: this answer never gets a socket, so that it never closes.
  const res = new ServerResponse(req)
  door.server.emit('request', req, res)
  res.end('done')
  await door.drain()
})
