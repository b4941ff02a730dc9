import { connect } from 'node:net'
import type { Stamped } from '../webhook.ts'

/** One keep-alive connection of a sender, with at most one request on its way. */
export type SenderConnection = {
  send(number: number, nowMs: number): void
  close(): void
}

/**
 * Opens a connection and keeps it until it breaks or is closed. Answers are read as far as is needed to count them: their status and where they
 * end.
 */
export function openSenderConnection(options: {
  readonly port: number
  readonly request: Stamped
  readonly onOpen: () => void
  readonly onAnswer: (status: number) => void
  /** At most once, and not after `close`. */
  readonly onBroken: () => void
}): SenderConnection {
  const { request } = options
  const isSmall = request.body.length < 65_536
  const whole = isSmall ? Buffer.concat([request.head, request.body]) : request.head
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true })
  let text = ''
  let isOver = false

  socket.setEncoding('latin1')
  socket.once('connect', options.onOpen)
  socket.on('data', (piece: string) => {
    text = text === '' ? piece : text + piece
    const length = answerLength(text)
    if (length === null) return
    const status = Number(text.slice(9, 12))
    text = text.slice(length)
    options.onAnswer(status)
  })
  const end = (): void => {
    if (isOver) return
    isOver = true
    socket.destroy()
    options.onBroken()
  }
  socket.on('error', end)
  socket.on('end', end)
  socket.on('close', end)

  return {
    send(number, nowMs) {
      request.stamp(number, nowMs)
      // Nothing of an earlier request is on its way any more, so that its bytes may be written over.
      if (isSmall) request.head.copy(whole)
      socket.write(whole)
      if (!isSmall) socket.write(request.body)
    },
    close() {
      isOver = true
      socket.destroy()
    },
  }
}

/** Length of the answer that a text begins with, or null while it is not whole. */
function answerLength(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const at = text.search(/\r\ncontent-length: /i)
  if (at === -1 || at > headEnd) return lengthWithoutHeader(text, headEnd)
  const length = headEnd + 4 + Number.parseInt(text.slice(at + 18, at + 30), 10)
  return text.length < length ? null : length
}

function lengthWithoutHeader(text: string, headEnd: number): number | null {
  const isChunked = /\r\ntransfer-encoding: chunked\r\n/i.test(text.slice(0, headEnd + 2))
  if (!isChunked) return headEnd + 4
  const last = text.indexOf('\r\n0\r\n\r\n', headEnd + 2)
  return last === -1 ? null : last + 7
}
