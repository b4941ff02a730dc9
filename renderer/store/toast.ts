import { create } from 'zustand'
import type { AppError } from '../../protocol/app-error.ts'

export type Toast = { readonly no: number; readonly kind: 'done' | 'failed'; readonly text: string }

/** One at a time; a new one takes the old one's place. */
export const useToast = create<{ readonly toast: Toast | null }>()(() => ({ toast: null }))

let lastNo = 0

export function showToast(kind: Toast['kind'], text: string): void {
  lastNo += 1
  useToast.setState({ toast: { no: lastNo, kind, text } })
}

/** What happened and what to do, for a failure that no place of the window shows. */
export function showFailure(error: AppError): void {
  showToast('failed', error.fix === undefined ? error.message : `${error.message} ${error.fix}`)
}

export function closeToast(): void {
  useToast.setState({ toast: null })
}
