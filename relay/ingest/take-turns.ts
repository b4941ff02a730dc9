import type { Socket } from 'node:net'

/** Some milliseconds' work. Bodies in pieces of a usual size never come near it. */
export const PIECES_A_TURN = 500

/**
 * Lets all other senders be heard before this one goes on, if `mayGoOn` then. A body that comes in chunks of a byte each is ten thousand pieces to a packet, and
 * packets are read one after the other while there are any: a few such senders would keep everybody else waiting for many seconds.
 */
export function endTurn(socket: Socket, mayGoOn: () => boolean = () => true): void {
  if (socket.isPaused()) return
  socket.pause()
  setImmediate(() => {
    if (mayGoOn()) socket.resume()
  })
}
