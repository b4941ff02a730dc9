import { z } from 'zod'
import { changeOf } from './change-of.ts'
import { ListeningPort } from './delivery.ts'
import { TargetId } from './ids.ts'

/** `http:` or `https:` URL without user, password or fragment; what requests are sent to. */
export const TargetUrl = z
  .string()
  .trim()
  .max(2000)
  .check((context) => {
    const problem = describeTargetUrlProblem(context.value)
    if (problem) context.issues.push({ code: 'custom', message: problem, input: context.value })
  })

/** Says in words what keeps a text from being a target's URL, or null when it is one. */
export function describeTargetUrlProblem(text: string): string | null {
  // Only the shape is judged here: this file has no URL parser, and the path must stay as it is written.
  const match = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#@:\s[\]]+)(?::(\d{1,5}))?(\/[^\s?#]*)?(\?[^#\s]*)?$/i.exec(text)
  if (!match) {
    if (text.includes('@')) return 'A target URL cannot hold a user name or password.'
    if (!/^https?:\/\//i.test(text)) return 'A target URL begins with http:// or https://.'
    return 'This is not a URL that requests can be sent to. Example: http://localhost:3000/hooks'
  }
  const port = match[3]
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return 'A port is a number from 1 to 65535.'
  if (match[5] !== undefined) return 'A target URL has no query: that of each request is kept.'
  return null
}

/** Whether a target's host is this computer itself, so that nobody has to be asked before sending. */
export function isLoopbackUrl(url: string): boolean {
  const host = /^https?:\/\/(\[[^\]]+\]|[^/:?#]+)/i.exec(url)?.[1]?.toLowerCase()
  if (host === undefined) return false
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** How requests are sent to a target. Timeouts in ms, null = none. */
export const TargetOptions = z.object({
  keepHost: z.boolean().default(false),
  allowSelfSigned: z.boolean().default(false),
  /** Refuse requests whose rest climbs out of the target's own path. */
  refuseClimbingPaths: z.boolean().default(false),
  firstByteTimeoutMs: z.int().min(100).max(86_400_000).nullable().default(30_000),
  idleTimeoutMs: z.int().min(100).max(86_400_000).nullable().default(30_000),
  inFlight: z.int().min(1).max(64).default(8),
})
export type TargetOptions = z.infer<typeof TargetOptions>

export const TargetOptionsChange = changeOf(TargetOptions)

export const Target = z.object({
  id: TargetId,
  url: z.string(),
  options: TargetOptions,
  held: z.boolean(),
  createdAt: z.number(),
})
export type Target = z.infer<typeof Target>

/** Whether somebody listens at a target, as last seen. */
export const TargetHealth = z.enum(['unknown', 'listening', 'nothing-listens'])
export type TargetHealth = z.infer<typeof TargetHealth>

export const TargetStatus = z.object({
  id: TargetId,
  health: TargetHealth,
  /** The program behind the port, where the system tells. */
  process: z.string().nullable(),
  queued: z.int().nonnegative(),
  held: z.int().nonnegative(),
  sending: z.int().nonnegative(),
  /** What an attempt to connect said last, while nothing listens. */
  message: z.string().nullable(),
  listening: z.array(ListeningPort),
  /** Epoch ms of the next probe while nothing listens. */
  nextProbeAt: z.number().nullable(),
})
export type TargetStatus = z.infer<typeof TargetStatus>
