import { useEffect, useMemo, useState } from 'react'
import { bodyUrl, type RequestFull } from '../../protocol/ipc.ts'
import { exactText, type Bytes } from '../format/exact-text.ts'
import { bytesOfBody } from '../store/composer-save.ts'
import { OPENED_UP_TO_BYTES } from '../store/composer-open.ts'
import { useComposer } from '../store/composer.ts'
import { isSameBytes } from './body/body-text.ts'
import { findMistake, type Mistake } from './body/check-text.ts'
import { diffLines, NO_DIFF, type LineDiff } from './body/line-diff.ts'
import { isTextKind } from './body/text-kind.ts'
import type { Editing } from './body/use-edit-kind.ts'
import type { Told } from './editor/told-lines.ts'
import { useDebounced } from './use-debounced.ts'

const STILL_FOR_MS = 120

/** How the body differs from the original's; `lines` is null where they are not compared as texts. */
export type BodyChange = { readonly isChanged: boolean; readonly lines: LineDiff | null }

export type BodyFacts = {
  readonly bytes: number
  readonly mistake: Mistake | null
  readonly change: BodyChange
  /** For the lines of the editor. */
  readonly told: Told
}

/** What is told of the body while it is edited, a moment after the last key. */
export function useBodyFacts(editing: Editing): BodyFacts {
  const body = useComposer((state) => state.body)
  const draftBody = useComposer((state) => state.draft?.body)
  const original = useOriginalBytes(useComposer((state) => state.original))
  const value = useDebounced(body.state === 'open' ? body.value : null, STILL_FOR_MS)
  const { kind, contentType } = editing
  const bytes = useMemo(() => (value === null ? null : bytesOfBody(value)), [value])
  const text = value?.as === 'text' ? value.text : null
  const mistake = useMemo(
    () => (text === null || text === '' || !isTextKind(kind) ? null : findMistake(kind, text, contentType)),
    [text, kind, contentType],
  )
  const change = useMemo((): BodyChange => {
    if (bytes === null || original === null) return { isChanged: draftBody?.isOriginal === false, lines: null }
    if (isSameBytes(bytes, original)) return { isChanged: false, lines: NO_DIFF }
    const before = text === null ? null : exactText(original)
    return { isChanged: true, lines: before === null || text === null ? null : diffLines(before, text) }
  }, [bytes, text, original, draftBody?.isOriginal])
  const told = useMemo(() => ({ changed: change.lines?.lines ?? [], mistake }), [change, mistake])
  return { bytes: bytes?.length ?? draftBody?.bytes ?? 0, mistake, change, told }
}

/** The original's bytes, where they are few enough to be compared while one types. */
function useOriginalBytes(original: RequestFull | null): Bytes | null {
  const id = original?.request.id
  const isSmall = (original?.request.bodyBytes ?? 0) <= OPENED_UP_TO_BYTES
  const [read, setRead] = useState<{ readonly id: number; readonly bytes: Bytes } | null>(null)
  useEffect(() => {
    if (id === undefined || !isSmall) return undefined
    const fetching = new AbortController()
    const readAll = async (): Promise<void> => {
      const answer = await fetch(bodyUrl(id, 'request'), { signal: fetching.signal })
      if (!answer.ok || answer.headers.has('creel-gone')) return
      setRead({ id, bytes: new Uint8Array(await answer.arrayBuffer()) })
    }
    // Without them nothing is compared; that the original's body is gone is told where it is shown.
    readAll().catch((cause: unknown) => {
      if (!fetching.signal.aborted) setRead(null)
      else if (!(cause instanceof DOMException)) throw cause
    })
    return () => fetching.abort()
  }, [id, isSmall])
  return read !== null && read.id === id ? read.bytes : null
}
