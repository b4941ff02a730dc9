import { useEffect } from 'react'
import { create } from 'zustand'
import type { RequestId } from '../../protocol/ids.ts'
import type { RepeatMark } from '../../protocol/request-repeats.ts'
import { ask } from '../bridge.ts'

const ASK_AFTER_MS = 40
const MOST_AT_ONCE = 500
const MOST_KEPT = 20_000

/** Null: known to be none. What is captured does not change, so that a mark stays true. */
const useRepeatMarks = create<{ readonly marks: ReadonlyMap<RequestId, RepeatMark | null> }>()(() => ({
  marks: new Map(),
}))

let wanted = new Set<RequestId>()
let timer: ReturnType<typeof setTimeout> | undefined

/** That a request came before, once that is known; asked for rows that are shown, many at once. */
export function useRepeat(id: RequestId): RepeatMark | null {
  const mark = useRepeatMarks((state) => state.marks.get(id))
  useEffect(() => {
    if (mark !== undefined) return undefined
    wanted.add(id)
    timer ??= setTimeout(() => void askForWanted(), ASK_AFTER_MS)
    return () => void wanted.delete(id)
  }, [id, mark])
  return mark ?? null
}

/** No failure is told: only marks are missing then. */
async function askForWanted(): Promise<void> {
  timer = undefined
  const ids = [...wanted].slice(0, MOST_AT_ONCE)
  wanted = new Set([...wanted].slice(MOST_AT_ONCE))
  if (wanted.size > 0) timer = setTimeout(() => void askForWanted(), ASK_AFTER_MS)
  if (ids.length === 0) return
  const asked = await ask('requests:repeats', { ids })
  if (!asked.ok) return
  const { marks } = useRepeatMarks.getState()
  const next = new Map(marks.size > MOST_KEPT ? [] : marks)
  for (const id of ids) next.set(id, null)
  for (const mark of asked.value) next.set(mark.id, mark)
  useRepeatMarks.setState({ marks: next })
}
