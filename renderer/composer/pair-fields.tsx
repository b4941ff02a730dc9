import { editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import { readPairs, withMovedPair, withNewPair, withoutPair, withPair } from './body/form-text.ts'
import { LineFields } from './line-fields.tsx'
import { queryOf, withQuery } from './target-of-url.ts'

/** A text of pairs, decoded to be read. What is not changed stays as it was written. */
export function PairFields({
  label,
  text,
  onChange,
}: {
  label: string
  text: string
  /** `key` names the field that was changed, so that typing in it is one step. */
  onChange: (text: string, key: string) => void
}) {
  return (
    <LineFields
      label={label}
      word="field"
      lines={readPairs(text).map(({ name, value, decoding }) => ({ name, value, note: decoding }))}
      actions={{
        onChange: (index, name, value) => onChange(withPair(text, index, name, value), `${label} ${index}`),
        onAdd: () => onChange(withNewPair(text), `${label} added`),
        onRemove: (index) => onChange(withoutPair(text, index), `${label} removed`),
        onMove: (index, by) => onChange(withMovedPair(text, index, by), `${label} moved`),
      }}
    />
  )
}

/** The query of the URL, where it stands. */
export function QueryFields() {
  const url = useComposer((state) => state.content.url)
  return (
    <PairFields
      label="Query"
      text={queryOf(url) ?? ''}
      onChange={(text, key) => editContent({ url: withQuery(url, text === '' ? null : text) }, key)}
    />
  )
}
