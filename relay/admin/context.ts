import type { FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { FastifyBaseLogger } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { IncomingHttpHeaders } from 'node:http'
import type { RelayStore } from '../store/store.ts'
import { ProblemView, type StatusView } from './schemas.ts'

/** What the administration's routes stand on. */
export type AdminContext = {
  readonly store: RelayStore
  readonly relay: { readonly name: string; readonly version: string }
  publicInputUrl(inputId: string): string
  isAdmin(headers: IncomingHttpHeaders): boolean
  isAllowedHost(host: string | undefined): boolean
  status(): StatusView
  openApi(): Promise<unknown>
  /** Says who changed what; `what` holds no secret. */
  audit(what: { readonly method: string; readonly route: string; readonly status: number }): void
  onError(error: unknown): string
}

/** Fastify with zod schemas for what comes in and goes out. */
export type AdminServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What any route may answer instead. */
export const PROBLEMS = { '4xx': ProblemView }
