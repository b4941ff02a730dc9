// TextEncoder and TextDecoder are the same in every runtime of ours, but TypeScript knows them only as part of DOM or Node.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number }
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes?: ArrayBuffer | ArrayBufferView): string
}
