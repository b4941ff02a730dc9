import { create } from 'zustand'
import type { Counts } from '../../protocol/ipc.ts'

/** `null` until the history has counted: nothing is shown instead of a guess. */
export const useCounts = create<{ readonly counts: Counts | null }>()(() => ({ counts: null }))
