import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../parts/icon-button.tsx'
import styles from './rail.module.css'

/** A part of the rail under its head, with the button that adds to it. */
export function RailSection({
  title,
  addLabel,
  onAdd,
  children,
}: {
  title: string
  addLabel: string
  onAdd: () => void
  children: ReactNode
}) {
  return (
    <>
      <div className={styles['section']}>
        <h2>{title}</h2>
        <IconButton small data-rail-stop tabIndex={-1} label={addLabel} icon={<Plus size={16} />} onClick={onAdd} />
      </div>
      {children}
    </>
  )
}
