import { z } from 'zod'

/**
 * Everything that is expected to go wrong between the app's parts. The code is for programs; `message` says what happened and why,
 * `fix` what a person can do about it. Bugs are thrown instead and end as `internal` with a log id.
 */
export const AppErrorCode = z.enum([
  'bad-input',
  'unknown-command',
  'not-found',
  'conflict',
  'history-unavailable',
  'relay-unavailable',
  'secrets-unavailable',
  /** Something can only be signed with a secret that is not here; `field` is its scheme. */
  'secret-missing',
  'not-allowed',
  'internal',
])
export type AppErrorCode = z.infer<typeof AppErrorCode>

export const AppError = z.object({
  code: AppErrorCode,
  message: z.string(),
  fix: z.string().optional(),
  /** The input field at fault, as a dotted path, where one is. */
  field: z.string().optional(),
})
export type AppError = z.infer<typeof AppError>

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function fail(error: AppError): Result<never> {
  return { ok: false, error }
}

/** The thrown form of an `AppError`, for code deep inside a command. A door turns it back into a value. */
export class AppFailure extends Error {
  readonly error: AppError

  constructor(error: AppError, options?: ErrorOptions) {
    super(error.message, options)
    this.name = 'AppFailure'
    this.error = error
  }
}
