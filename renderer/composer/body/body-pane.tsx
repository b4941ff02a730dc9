import { useEffect, useRef } from 'react'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { LoadingLines } from '../../body/body-notice.tsx'
import { useDelayed } from '../../body/use-delayed.ts'
import { formatBytes } from '../../format/bytes.ts'
import { editBody, followTextSteps, takeTypedText } from '../../store/composer-edit.ts'
import { openBody, openDraft } from '../../store/composer-open.ts'
import { useComposer } from '../../store/composer.ts'
import { CodeEditor, type CodeEditorHandle } from '../editor/code-editor.tsx'
import type { Told } from '../editor/told-lines.ts'
import { PairFields } from '../pair-fields.tsx'
import { HexEditor } from './hex-editor.tsx'
import { PartsFields } from './parts-fields.tsx'
import { isTextKind, type TextKind } from './text-kind.ts'
import type { Editing } from './use-edit-kind.ts'
import { bytesOfBody } from '../../store/composer-save.ts'

/** The body of the draft in what edits its kind. */
export function BodyPane({
  editing,
  told,
  onEditor,
}: {
  editing: Editing
  told: Told
  /** The text editor is there, or gone. */
  onEditor: (editor: CodeEditorHandle | null) => void
}) {
  const body = useComposer((state) => state.body)
  const bodyNo = useComposer((state) => state.bodyNo)
  const isLate = useDelayed(body.state === 'loading', 150)
  switch (body.state) {
    case 'loading':
      return isLate ? <LoadingLines text="Reading the body" /> : null
    case 'unopened':
      return <LargeBody bytes={body.bytes} />
    case 'failed':
      return <FailedBody message={body.message} />
    case 'open': {
      const { kind, text, parts } = editing
      if (kind === 'hex')
        return (
          <HexEditor
            key={bodyNo}
            label="Body, hex"
            bytes={bytesOfBody(body.value)}
            onChange={(bytes) => editBody({ as: 'bytes', bytes })}
          />
        )
      if (kind === 'parts' && parts !== null)
        return <PartsFields multipart={parts} onChange={(bytes) => editBody({ as: 'bytes', bytes })} />
      if (kind === 'form')
        return <PairFields label="Form" text={text ?? ''} onChange={(next) => editBody({ as: 'text', text: next })} />
      return (
        <TextBody
          key={bodyNo}
          text={text ?? ''}
          kind={isTextKind(kind) ? kind : 'text'}
          told={told}
          onEditor={onEditor}
        />
      )
    }
  }
}

function TextBody(props: {
  text: string
  kind: TextKind
  told: Told
  onEditor: (editor: CodeEditorHandle | null) => void
}) {
  const { onEditor } = props
  const own = useRef<CodeEditorHandle>(null)
  useEffect(() => {
    onEditor(own.current)
    const stop = own.current === null ? undefined : followTextSteps(own.current)
    return () => {
      onEditor(null)
      stop?.()
    }
  }, [onEditor])
  return (
    <CodeEditor ref={own} label="Body" text={props.text} kind={props.kind} told={props.told} onChange={takeTypedText} />
  )
}

function LargeBody({ bytes }: { bytes: number }) {
  const isOriginal = useComposer((state) => state.draft?.body.isOriginal === true)
  return (
    <EmptyState
      title={isOriginal ? `Body unchanged, ${formatBytes(bytes)}` : `Body of ${formatBytes(bytes)}`}
      actions={
        <>
          <Button onClick={() => void openBody()}>Edit it</Button>
          <Button onClick={() => editBody({ as: 'text', text: '' })}>Write another</Button>
        </>
      }
    >
      It is large, so it is not opened by itself. Send sends it as it is, byte for byte.
    </EmptyState>
  )
}

function FailedBody({ message }: { message: string }) {
  const id = useComposer((state) => state.draft?.id)
  return (
    <EmptyState
      title="The body could not be read"
      actions={id !== undefined && <Button onClick={() => void openDraft(id)}>Try again</Button>}
    >
      {message}
    </EmptyState>
  )
}
