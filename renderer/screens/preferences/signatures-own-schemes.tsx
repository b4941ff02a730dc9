import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { CustomScheme } from '../../../protocol/signature.ts'
import { ask } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { readSchemes } from '../../store/schemes.ts'
import { useSettings } from '../../store/settings.ts'
import { showFailure } from '../../store/toast.ts'
import styles from './preferences-screen.module.css'
import { fromRow } from './scheme-fields.ts'

/** Schemes that a person made. They are tried before those of known senders. */
export function OwnSchemes({
  schemes,
  onEdit,
}: {
  schemes: readonly CustomScheme[]
  onEdit: (scheme: CustomScheme) => void
}) {
  if (schemes.length === 0) {
    return (
      <p className={styles['help']}>For a sender that Creel does not know: say what it signs and where it puts that.</p>
    )
  }
  return (
    <ul className={styles['list']} aria-label="Schemes of your own">
      {schemes.map((scheme) => (
        <OwnScheme key={scheme.id} scheme={scheme} onEdit={() => onEdit(scheme)} />
      ))}
    </ul>
  )
}

function OwnScheme({ scheme, onEdit }: { scheme: CustomScheme; onEdit: () => void }) {
  const { id, name } = scheme
  const { sigHeader } = fromRow(scheme)
  const [isAsking, setAsking] = useState(false)
  const remove = async () => {
    const removed = await ask('signatures:delete-scheme', { id })
    if (!removed.ok) {
      showFailure(removed.error)
      return
    }
    const { customSchemes } = useSettings.getState()
    useSettings.setState({ customSchemes: customSchemes.filter((each) => each.id !== id) })
    await readSchemes()
  }
  if (isAsking) {
    return (
      <li>
        <span className={styles['grow']}>Delete {name} and its secrets?</span>
        <Button small kind="danger" onClick={() => void remove()}>
          Delete
        </Button>
        <Button small onClick={() => setAsking(false)}>
          Keep
        </Button>
      </li>
    )
  }
  return (
    <li>
      <span className={styles['grow']}>
        {name} <span className={styles['help']}>{sigHeader}</span>
      </span>
      <IconButton small label={`Edit ${name}`} icon={<Pencil size={14} />} onClick={onEdit} />
      <IconButton small label={`Delete ${name}`} icon={<Trash2 size={14} />} onClick={() => setAsking(true)} />
    </li>
  )
}
