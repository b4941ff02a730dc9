import type { DraftLine } from '../../protocol/draft.ts'
import { secretHeaderTest } from '../../protocol/redaction.ts'
import { duplicateNote } from '../screens/inbox/detail/message-head.ts'
import { editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import { useSettings } from '../store/settings.ts'
import { moved } from './body/form-text.ts'
import { LineFields } from './line-fields.tsx'

/** Every header line of the draft: order and duplicates count, and a line that is off stays. */
export function HeaderFields() {
  const headers = useComposer((state) => state.content.headers)
  const secretHeaders = useSettings((state) => state.secretHeaders)
  const isSecret = secretHeaderTest(secretHeaders)
  const pairs = headers.map(({ name, value }): [string, string] => [name, value])
  const put = (next: readonly DraftLine[], key: string) => editContent({ headers: [...next] }, key)
  const change = (index: number, patch: Partial<DraftLine>, key: string) => {
    const line = headers[index]
    if (line !== undefined) put(headers.with(index, { ...line, ...patch }), key)
  }
  return (
    <LineFields
      label="Headers"
      word="header"
      lines={headers.map((line, at) => ({ ...line, isSecret: isSecret(line.name), note: duplicateNote(pairs, at) }))}
      actions={{
        onChange: (index, name, value) => change(index, { name, value }, `header ${index}`),
        onToggle: (index, on) => change(index, { on }, `header ${index} on`),
        onAdd: () => put([...headers, { name: '', value: '', on: true }], 'header added'),
        onRemove: (index) => put(headers.toSpliced(index, 1), 'header removed'),
        onMove: (index, by) => put(moved(headers, index, by), 'header moved'),
        onPasteLines: (index, text) => {
          const lines = readHeaderLines(text)
          if (lines === null) return false
          const own = headers[index]
          const isEmpty = own === undefined || (own.name === '' && own.value === '')
          put(headers.toSpliced(isEmpty ? index : index + 1, isEmpty ? 1 : 0, ...lines), 'headers pasted')
          return true
        },
      }}
    />
  )
}

/** `Name: value` line by line; null when any line is something else. */
export function readHeaderLines(text: string): DraftLine[] | null {
  const lines: DraftLine[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined || value === undefined) return null
    lines.push({ name, value, on: true })
  }
  return lines.length === 0 ? null : lines
}
