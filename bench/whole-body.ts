import type { IncomingMessage } from 'node:http'

/** Calls back with a request's body once all of it came; one that came in one piece is not copied. */
export function onWholeBody(request: IncomingMessage, take: (body: Buffer) => void): void {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    const [only, ...more] = pieces
    take(only !== undefined && more.length === 0 ? only : Buffer.concat(pieces))
  })
}
