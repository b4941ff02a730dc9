import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../parts/icon-button.tsx'
import { Mark } from '../parts/mark.tsx'
import { closeToast, useToast, type Toast } from '../store/toast.ts'
import styles from './toast-corner.module.css'

const SHOWN_FOR_S = 10

/** Bottom right, over the status bar, one at a time. The live region is always there, so that screen readers hear what comes into it. */
export function ToastCorner() {
  const toast = useToast((state) => state.toast)
  return (
    <output className={styles['corner']} aria-live="polite">
      {toast !== null && <ToastCard key={toast.no} toast={toast} />}
    </output>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const [isStaying, setStaying] = useState(false)
  const [left, setLeft] = useState(SHOWN_FOR_S)
  useEffect(() => {
    if (isStaying) return undefined
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000)
    return () => clearInterval(timer)
  }, [isStaying])
  useEffect(() => {
    if (left <= 0) closeToast()
  }, [left])
  return (
    <div
      className={styles['toast']}
      onPointerEnter={() => setStaying(true)}
      onPointerLeave={() => setStaying(false)}
      onFocus={() => setStaying(true)}
      onBlur={() => setStaying(false)}
    >
      <Mark name={toast.kind === 'failed' ? 'refused' : 'delivered'} />
      <span className={styles['text']}>{toast.text}</span>
      <span className={styles['left']} aria-hidden>
        {left} s
      </span>
      <IconButton small label="Dismiss" icon={<X size={14} />} onClick={closeToast} />
    </div>
  )
}
