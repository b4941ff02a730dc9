import { Eye } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import styles from './facts.module.css'

/** Shows the secret while it is held down, by pointer or by the space bar. */
export function HeldEye({ what = 'the secret', onShow }: { what?: string; onShow: (isShown: boolean) => void }) {
  const onKey = (isShown: boolean) => (event: KeyboardEvent) => {
    if (event.key === ' ') {
      event.preventDefault()
      onShow(isShown)
    }
  }
  return (
    <button
      type="button"
      className={styles['eye']}
      aria-label={`Hold to show ${what}`}
      onPointerDown={() => onShow(true)}
      onPointerUp={() => onShow(false)}
      onPointerLeave={() => onShow(false)}
      onKeyDown={onKey(true)}
      onKeyUp={onKey(false)}
      onBlur={() => onShow(false)}
    >
      <Eye size={14} />
    </button>
  )
}
