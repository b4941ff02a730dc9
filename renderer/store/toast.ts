import { create } from 'zustand'
import type { AppError } from '../../protocol/app-error.ts'

export type Toast = {
  readonly no: number
  readonly kind: 'done' | 'failed' | 'deleted'
  readonly text: string
  /** Takes back what it tells of. */
  readonly undo: (() => void) | null
  /** The time for that is over. */
  readonly onEnd: (() => void) | null
}

/** One at a time; a new one takes the old one's place. */
export const useToast = create<{ readonly toast: Toast | null }>()(() => ({ toast: null }))

let lastNo = 0

export function showToast(kind: 'done' | 'failed', text: string): void {
  show({ kind, text, undo: null, onEnd: null })
}

/** Says what was done, and takes it back as long as it is there. `onEnd` is called when that time is over. */
export function showUndoToast(
  kind: 'done' | 'deleted',
  text: string,
  acts: { readonly undo: () => void; readonly onEnd?: () => void },
): void {
  show({ kind, text, undo: acts.undo, onEnd: acts.onEnd ?? null })
}

/** What happened and what to do, for a failure that no place of the window shows. */
export function showFailure(error: AppError): void {
  showToast('failed', error.fix === undefined ? error.message : `${error.message} ${error.fix}`)
}

export function closeToast(): void {
  const { toast } = useToast.getState()
  useToast.setState({ toast: null })
  toast?.onEnd?.()
}

/** True when there was something to take back. */
export function undoToast(): boolean {
  const { toast } = useToast.getState()
  if (toast === null || toast.undo === null) return false
  useToast.setState({ toast: null })
  toast.undo()
  return true
}

function show(toast: Omit<Toast, 'no'>): void {
  const before = useToast.getState().toast
  lastNo += 1
  useToast.setState({ toast: { no: lastNo, ...toast } })
  before?.onEnd?.()
}
