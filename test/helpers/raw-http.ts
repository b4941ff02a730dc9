import { connect, type Socket } from 'node:net'

export type RawAnswer = {
  readonly status: number
  /** Lower-case names; the last line of a name wins. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One TCP connection on which a test writes and reads exact bytes. */
export type RawConnection = {
  readonly socket: Socket
  write(bytes: string | Uint8Array): void
  /** The next answer that has a Content-Length or no content. Rejects when the connection ends first. */
  answer(): Promise<RawAnswer>
  /** Settles when the other side has closed. */
  readonly closed: Promise<void>
  close(): void
}

export function openRaw(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(wrap(socket))
    })
  })
}

/** Writes one request and reads one answer on a connection of its own. Strings are sent as latin-1. */
export async function exchangeRaw(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const connection = await openRaw(port)
  try {
    for (const part of parts) connection.write(part)
    return await connection.answer()
  } finally {
    connection.close()
  }
}

function wrap(socket: Socket): RawConnection {
  let text = ''
  let isOver = false
  let wake: () => void = () => undefined
  socket.setEncoding('latin1')
  socket.on('data', (piece: string) => {
    text += piece
    wake()
  })
  const closed = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true
      wake()
      resolve()
    }
    socket.once('end', end)
    socket.once('close', end)
    // A reset is an end as well; what came before it is judged by the test.
    socket.on('error', end)
  })
  return {
    socket,
    closed,
    write: (bytes) => void (typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes)),
    close: () => void socket.destroy(),
    async answer() {
      for (;;) {
        const read = takeAnswer(text)
        if (read) {
          text = text.slice(read.length)
          return read.answer
        }
        if (isOver) throw new Error(`The connection ended before an answer; it had sent: ${JSON.stringify(text)}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function takeAnswer(text: string): { answer: RawAnswer; length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const [first = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const status = Number(first.split(' ')[1])
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = headEnd + 4 + (status === 100 ? 0 : Number(headers['content-length'] ?? 0))
  if (text.length < length) return null
  return { answer: { status, headers, body: text.slice(headEnd + 4, length) }, length }
}
