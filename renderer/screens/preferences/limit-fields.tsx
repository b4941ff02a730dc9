import { useState } from 'react'
import type { KeepLimits } from '../../../protocol/settings.ts'
import { KeepLimits as Schema } from '../../../protocol/settings.ts'
import styles from './limit-fields.module.css'

const GB = 1_000_000_000

type Texts = { readonly days: string; readonly bytes: string; readonly count: string }

/** "Keep 30 days, at most 5 GB and any number of requests." Saved when a field is left or Enter is pressed; an empty one is no limit. */
export function LimitFields({
  value,
  anyDays,
  onSave,
}: {
  value: KeepLimits
  /** What stands in an empty field of days. */
  anyDays: string
  onSave: (limits: KeepLimits) => void
}) {
  const [edited, setEdited] = useState<Texts | null>(null)
  const texts = edited ?? toTexts(value)
  const read = Schema.safeParse(fromTexts(texts))
  const problem = read.success ? null : (read.error.issues[0]?.message ?? 'This is no number')
  const save = () => {
    if (!read.success || edited === null) return
    setEdited(null)
    const { days, count, bytes } = read.data
    if (days !== value.days || count !== value.count || bytes !== value.bytes) onSave(read.data)
  }
  const field = (name: keyof Texts, label: string, any: string) => (
    <input
      className={styles['number']}
      inputMode="decimal"
      aria-label={label}
      placeholder={any}
      value={texts[name]}
      onChange={(event) => setEdited({ ...texts, [name]: event.target.value })}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
  return (
    <div className={styles['field']}>
      <div className={styles['line']}>
        Keep {field('days', 'Days to keep', anyDays)} days, at most {field('bytes', 'Gigabytes to keep', 'any')} GB and{' '}
        {field('count', 'Requests to keep', 'any')} requests
      </div>
      {problem !== null && (
        <span role="alert" className={styles['wrong']}>
          {problem}
        </span>
      )}
    </div>
  )
}

function toTexts({ days, bytes, count }: KeepLimits): Texts {
  return {
    days: days === null ? '' : String(days),
    bytes: bytes === null ? '' : String(bytes / GB),
    count: count === null ? '' : String(count),
  }
}

function fromTexts({ days, bytes, count }: Texts): unknown {
  const size = toNumber(bytes)
  return { days: toNumber(days), bytes: size === null ? null : Math.round(size * GB), count: toNumber(count) }
}

/** Null for an empty text; no number at all is NaN, which no limit can be. */
function toNumber(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return plain === '' ? null : Number(plain)
}
