import { useState } from 'react'
import type { SchemeInfo } from '../../../protocol/signature.ts'
import { useSources } from '../../store/sources.ts'
import { AddSecret } from '../inbox/detail/add-secret.tsx'
import { SelectField } from './select-field.tsx'
import own from './signatures-section.module.css'

const EVERY = ''

/** A secret of any sender, for one source or for all. */
export function NewSecret({ schemes, onClose }: { schemes: readonly SchemeInfo[]; onClose: () => void }) {
  const sources = useSources((state) => state.sources)
  const sorted = schemes.toSorted((a, b) => a.name.localeCompare(b.name))
  const [scheme, setScheme] = useState('github')
  const [source, setSource] = useState(EVERY)
  const info = schemes.find(({ id }) => id === scheme)
  return (
    <div className={own['card']}>
      <div className={own['pair']}>
        <SelectField
          label="Sender"
          value={scheme}
          options={sorted.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setScheme}
        />
        <SelectField
          label="Source"
          value={source}
          options={[
            { value: EVERY, label: 'Every source' },
            ...sources.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onChange={setSource}
        />
      </div>
      <AddSecret
        key={`${scheme} ${source}`}
        isInSettings
        to={{
          scheme,
          schemeName: info?.name ?? scheme,
          headerNames: info?.headerNames.slice(0, 1) ?? [],
          sourceId: sources.find(({ id }) => String(id) === source)?.id ?? null,
          requestId: null,
        }}
        onClose={onClose}
        onSet={onClose}
      />
    </div>
  )
}
