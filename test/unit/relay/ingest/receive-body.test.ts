import { createServer, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { Incoming } from '../../../../relay/ingest/incoming.ts'
import { type BodyEnd, receiveBody } from '../../../../relay/ingest/receive-body.ts'
import { listen } from '../../../../relay/listen.ts'
import { eventually } from '../../../helpers/eventually.ts'
import { openRaw } from '../../../helpers/raw-http.ts'

/** Takes bodies of up to 10 bytes and answers nothing, as a sender sees it that does not read its answers. */
async function serve() {
  const ends: BodyEnd[] = []
  const server = createServer({ IncomingMessage: Incoming }, (req: Incoming, _res: ServerResponse<Incoming>) =>
    receiveBody(req, null, 10, (end) => ends.push(end)),
  )
  server.timeout = 100
  const port = await listen(server, '127.0.0.1', 0, () => undefined)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    )
  return { ends, port, connections }
}

const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'

test.for([
  ['has become too large', `${HEAD}14\r\n${'x'.repeat(20)}\r\n`, 'too-large'],
  ['stopped coming', `${HEAD}14\r\nabc`, 'idle'],
] as const)(
  'a connection whose body %s ends once it is idle, although nothing more is done with it',
  async ([, sent, kind]) => {
    const { ends, port, connections } = await serve()
    const connection = await openRaw(port)
    onTestFinished(() => connection.close())
    connection.write(sent)
    await eventually(() => expect(ends).toEqual([{ kind }]))
    await connection.closed
    await eventually(async () => expect(await connections()).toBe(0))
  },
)
