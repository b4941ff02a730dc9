import { Trash2, Undo2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { Mark } from '../parts/mark.tsx'
import { useModifier, useShell } from '../store/shell.ts'
import { closeToast, undoToast, useToast, type Toast } from '../store/toast.ts'
import styles from './toast-corner.module.css'

const SHOWN_FOR_S = 10

/** Bottom right, over the status bar, one at a time. The live region is always there, so that screen readers hear what comes into it. */
export function ToastCorner() {
  const toast = useToast((state) => state.toast)
  const canUndo = toast !== null && toast.undo !== null
  useEffect(() => {
    if (!canUndo) return undefined
    window.addEventListener('keydown', undoByKey)
    return () => window.removeEventListener('keydown', undoByKey)
  }, [canUndo])
  return (
    <output className={styles['corner']} aria-live="polite">
      {toast !== null && <ToastCard key={toast.no} toast={toast} />}
    </output>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const modifier = useModifier()
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
      {toast.kind === 'deleted' ? (
        <Trash2 size={16} aria-hidden />
      ) : (
        <Mark name={toast.kind === 'failed' ? 'refused' : 'delivered'} />
      )}
      <span className={styles['text']}>{toast.text}</span>
      {toast.undo !== null && (
        <Button icon={<Undo2 size={14} />} keys={`${modifier} Z`} onClick={undoToast}>
          Undo
        </Button>
      )}
      <span className={styles['left']} aria-hidden>
        0:{String(left).padStart(2, '0')}
      </span>
      <IconButton small label="Dismiss" icon={<X size={14} />} onClick={closeToast} />
    </div>
  )
}

/** Ctrl Z is the toast's unless a field has it for its own steps. */
function undoByKey(event: KeyboardEvent): void {
  const isModified = useShell.getState().platform === 'darwin' ? event.metaKey : event.ctrlKey
  if (event.defaultPrevented || event.shiftKey || !isModified || event.key.toLowerCase() !== 'z') return
  const { target } = event
  if (
    target instanceof HTMLElement &&
    target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"]')
  )
    return
  if (undoToast()) event.preventDefault()
}
