import { create } from 'zustand'
import type { RequestId } from '../../protocol/ids.ts'
import type { Input } from '../../protocol/ipc.ts'
import type { ResendJob, ResendTo } from '../../protocol/resend.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'

/** Resends one after the other that were started in this run of the app, the newest first. */
export const useResendJobs = create<{ readonly jobs: readonly ResendJob[] }>()(() => ({ jobs: [] }))

/** A job began, went on or ended. */
export function takeResendJob(job: ResendJob): void {
  useResendJobs.setState(({ jobs }) => ({
    jobs: jobs.some(({ id }) => id === job.id) ? jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...jobs],
  }))
}

/** What was begun before this window was opened. */
export async function listResendJobs(): Promise<void> {
  const listed = await ask('resends:list', {})
  if (!listed.ok) return
  for (const job of listed.value.toReversed()) takeResendJob(job)
}

/** `pacePerSecond` null = each as soon as the one before has its answer. */
export async function resendMany(
  ids: readonly RequestId[],
  wish: { readonly pacePerSecond: number | null; readonly to: ResendTo },
): Promise<void> {
  const input: Input<'requests:resend-many'> = { ids: [...ids], order: 'arrival', ...wish }
  const started = await ask('requests:resend-many', input)
  if (started.ok) takeResendJob(started.value)
  else showFailure(started.error)
}

export async function cancelResends(id: number): Promise<void> {
  const cancelled = await ask('resends:cancel', { id })
  if (!cancelled.ok) showFailure(cancelled.error)
}
