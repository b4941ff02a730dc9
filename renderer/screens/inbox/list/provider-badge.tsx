import { clsx } from 'clsx'
import { providerMark, senderName } from '../../../format/request-words.ts'
import styles from './provider-badge.module.css'

/** Our own letters on a tint, never a logo. */
export function ProviderBadge({ provider }: { provider: string | null }) {
  const { letters, tint } = providerMark(provider)
  const name = senderName(provider)
  return (
    <span className={clsx(styles['badge'], styles[tint])} role="img" aria-label={name} title={name}>
      {letters}
    </span>
  )
}
