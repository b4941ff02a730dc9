import { create } from 'zustand'
import type { DraftSummary } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { ask } from '../bridge.ts'

/** Drafts that are kept, the one changed last first. Only this window makes them, so they are asked for after each change. */
export const useDrafts = create<{ readonly drafts: readonly DraftSummary[] }>()(() => ({ drafts: [] }))

/** No failure is told: without the list only the marks are missing, and opening the draft says what is wrong. */
export async function listDrafts(): Promise<void> {
  const listed = await ask('drafts:list', {})
  if (listed.ok) useDrafts.setState({ drafts: listed.value })
}

/** Whether a request has an edited copy that is kept. */
export function useHasDraft(id: RequestId): boolean {
  return useDrafts((state) => state.drafts.some(({ parentId }) => parentId === id))
}
