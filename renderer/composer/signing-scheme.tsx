import type { SchemeInfo } from '../../protocol/signature.ts'
import styles from './lines-below.module.css'

/** As whom a draft is signed that shows no signature itself. */
export function SigningScheme({
  schemes,
  value,
  onChange,
}: {
  schemes: readonly SchemeInfo[]
  value: string | null
  onChange: (id: string) => void
}) {
  return (
    <select
      className={styles['scheme']}
      aria-label="Sign as"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
    >
      {schemes.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
