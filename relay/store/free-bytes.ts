/** Frees memory without waiting for the garbage collector, where the bytes have it to themselves. They are gone then, for every view of them. */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes
  // Node 20 has no `transfer`: there the garbage collector comes for it. What was freed before has no bytes.
  if (byteLength > 0 && byteLength === buffer.byteLength && canTransfer(buffer)) buffer.transfer(0)
}

function canTransfer(buffer: object): buffer is { transfer(bytes: number): unknown } {
  return 'transfer' in buffer
}
