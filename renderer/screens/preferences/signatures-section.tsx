import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { CustomScheme } from '../../../protocol/signature.ts'
import { Button } from '../../parts/button.tsx'
import { readSchemes, useSchemes } from '../../store/schemes.ts'
import { useSettings } from '../../store/settings.ts'
import styles from './preferences-screen.module.css'
import { NewSecret } from './signatures-new-secret.tsx'
import { OwnSchemes } from './signatures-own-schemes.tsx'
import { SchemeForm } from './signatures-scheme-form.tsx'
import { SecretList } from './signatures-secret-list.tsx'

type Open = 'nothing' | 'secret' | { readonly scheme: CustomScheme | null }

/** Which secrets there are, and the schemes of signatures that a person made. */
export function Signatures() {
  const { schemes, secrets } = useSchemes()
  const customSchemes = useSettings((state) => state.customSchemes)
  const [open, setOpen] = useState<Open>('nothing')
  const close = () => {
    setOpen('nothing')
    void readSchemes()
  }
  return (
    <>
      <p className={styles['help']}>
        Each is tried, the newest first; a request says which one matched. Edited requests are signed anew with the
        newest. No secret is ever shown again.
      </p>
      <SecretList schemes={schemes ?? []} secrets={secrets ?? []} isRead={secrets !== null} />
      {open === 'secret' ? (
        <NewSecret schemes={schemes ?? []} onClose={close} />
      ) : (
        <span className={styles['buttons']}>
          <Button small icon={<Plus size={14} />} onClick={() => setOpen('secret')}>
            Add a secret
          </Button>
        </span>
      )}
      <h3 className={styles['label']}>Schemes of your own</h3>
      <OwnSchemes schemes={customSchemes} onEdit={(scheme) => setOpen({ scheme })} />
      {typeof open === 'object' ? (
        <SchemeForm key={open.scheme?.id ?? ''} scheme={open.scheme} onClose={close} />
      ) : (
        <span className={styles['buttons']}>
          <Button small icon={<Plus size={14} />} onClick={() => setOpen({ scheme: null })}>
            New scheme
          </Button>
        </span>
      )}
    </>
  )
}
