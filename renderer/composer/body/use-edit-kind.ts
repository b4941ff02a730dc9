import { useMemo } from 'react'
import { readMediaType } from '../../body/media-type.ts'
import { useComposer, type BodyValue } from '../../store/composer.ts'
import { bytesOfBody } from '../../store/composer-save.ts'
import { headerValue } from '../header-lines.ts'
import { textOfBody } from './body-text.ts'
import { readMultipart, type Multipart } from './multipart.ts'
import { isTextKind, recogniseEditKind, type EditKind } from './text-kind.ts'

/** How the open body is edited, and what of it that takes. `wished` is what was asked for and cannot be, or null. */
export type Editing = {
  readonly kind: EditKind
  readonly contentType: string | null
  /** Null for bytes that are no text. */
  readonly text: string | null
  readonly parts: Multipart | null
  readonly wished: EditKind | null
}

export function useEditing(value: BodyValue | null): Editing {
  const contentType = useComposer((state) => headerValue(state.content.headers, 'content-type'))
  const view = useComposer((state) => state.content.bodyView)
  return useMemo(() => decide(value ?? { as: 'text', text: '' }, contentType, view), [value, contentType, view])
}

type View = 'auto' | 'text' | 'form' | 'multipart' | 'hex'

function decide(value: BodyValue, contentType: string | null, view: View): Editing {
  const text = textOfBody(value)
  const byType = recogniseEditKind(contentType, text)
  const wanted = wantedKind(view, byType)
  const parts = wanted === 'parts' ? partsOf(value, contentType) : null
  const editing = { contentType, text, parts }
  if (wanted === 'parts' && parts === null) return { ...editing, kind: text === null ? 'hex' : 'text', wished: wanted }
  if (text === null && wanted !== 'parts' && wanted !== 'hex') return { ...editing, kind: 'hex', wished: wanted }
  return { ...editing, kind: wanted, wished: null }
}

function wantedKind(view: View, byType: EditKind): EditKind {
  if (view === 'auto') return byType
  if (view === 'text') return isTextKind(byType) ? byType : 'text'
  return view === 'multipart' ? 'parts' : view
}

function partsOf(value: BodyValue, contentType: string | null): Multipart | null {
  const boundary = readMediaType(contentType).parameters.get('boundary')
  if (boundary === undefined || boundary === '') return null
  const bytes = bytesOfBody(value)
  // Of nothing at all a first part can be made.
  if (bytes.length === 0)
    return { boundary, preamble: bytes, parts: [], epilogue: new TextEncoder().encode('\r\n'), isClosed: true }
  return readMultipart(bytes, boundary)
}
