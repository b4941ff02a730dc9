import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Result } from '../../protocol/app-error.ts'
import { Button } from '../parts/button.tsx'
import { showFailure } from '../store/toast.ts'
import { showInbox } from '../store/view.ts'
import styles from './settings.module.css'

/** Asks in its own place before a thing is removed, and says what stays. */
export function RemoveQuestion({
  what,
  name,
  stays,
  remove,
}: {
  /** The kind of thing: "source". */
  what: string
  name: string
  stays: string
  remove: () => Promise<Result<null>>
}) {
  const [isAsking, setAsking] = useState(false)
  const go = async () => {
    const removed = await remove()
    if (removed.ok) showInbox('all')
    else showFailure(removed.error)
  }
  return (
    <div className={styles['field']}>
      <span className={styles['help']}>{stays}</span>
      <div className={styles['bar-of-buttons']}>
        {isAsking ? (
          <>
            <Button kind="danger" onClick={() => void go()}>
              Remove {name}
            </Button>
            <Button kind="quiet" onClick={() => setAsking(false)}>
              Cancel
            </Button>
          </>
        ) : (
          <Button icon={<Trash2 size={14} />} onClick={() => setAsking(true)}>
            Remove {what}
          </Button>
        )}
      </div>
    </div>
  )
}
