/** What can go wrong with a store that is nobody's bug. A door turns the code into a status and shows the sentence. */
export type StoreErrorCode =
  | 'disk-full'
  | 'io-error'
  | 'in-use'
  | 'wrong-key'
  | 'newer-file'
  | 'not-a-store'
  | 'corrupt'
  | 'closed'
  | 'unknown-bucket'
  | 'internal'

/** Thrown at opening and by every promise of a store. The message says what happened, why, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
