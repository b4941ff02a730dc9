import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { DraftContent } from '../../protocol/draft.ts'
import type { SignatureReport } from '../../protocol/signature.ts'
import { LinkButton } from '../parts/link-button.tsx'
import { Popover } from '../parts/popover.tsx'
import { Segmented } from '../parts/segmented.tsx'
import { AddSecret, canHoldSecret } from '../screens/inbox/detail/add-secret.tsx'
import { editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import styles from './lines-below.module.css'

type Signed = Exclude<SignatureReport, { state: 'none' }>

/** Whether the signature stays, is made anew at the moment of sending, or is left out. What cannot be chosen says why. */
export function SignatureRow({
  report,
  isBodyChanged,
  onSecretSet,
}: {
  report: SignatureReport | null
  isBodyChanged: boolean
  onSecretSet: () => void
}) {
  const signing = useComposer((state) => state.content.signing)
  const headers = useComposer((state) => state.content.headers)
  const isNew = useComposer((state) => state.original === null)
  const signed = report === null || report.state === 'none' ? null : report
  const written = headers.find(({ name, on }) => on && name.toLowerCase() in KNOWN_LINES)
  const isSignable = signed !== null || written !== undefined
  const choose = (kind: DraftContent['signing']['kind']) =>
    editContent({ signing: kind === 'anew' ? { kind, scheme: null } : { kind } }, 'signing')
  const nothing = isSignable
    ? null
    : isNew
      ? 'no header of it holds a signature'
      : 'the original has no signature that is known'
  return (
    <div className={styles['signature']}>
      <span className={styles['title']}>Signature</span>
      <Segmented
        label="Signature"
        value={signing.kind}
        onChange={choose}
        segments={[
          { value: 'original', label: isNew ? 'As written' : 'Original' },
          {
            value: 'anew',
            label: (
              <>
                {signing.kind === 'anew' && <KeyRound size={12} />}
                Signed anew
              </>
            ),
            offReason: signing.kind === 'anew' ? null : (nothing ?? whyNotAnew(signed)),
          },
          { value: 'unsigned', label: 'Unsigned', offReason: signing.kind === 'unsigned' ? null : nothing },
        ]}
      />
      <SignatureWords
        kind={signing.kind}
        signed={signed}
        isBodyChanged={isBodyChanged}
        onSecretSet={() => {
          onSecretSet()
          choose('anew')
        }}
      />
    </div>
  )
}

/** Lines by which a signature is known that somebody wrote into a request of their own. */
const KNOWN_LINES: Readonly<Record<string, string>> = {
  'x-hub-signature-256': 'github',
  'x-hub-signature': 'github',
  'stripe-signature': 'stripe',
}

function whyNotAnew(signed: Signed | null): string | null {
  if (signed === null || signed.state !== 'no-secret') return null
  return canHoldSecret(signed.scheme)
    ? `needs the secret of ${signed.schemeName}`
    : `Creel does not sign for ${signed.schemeName}`
}

function SignatureWords({
  kind,
  signed,
  isBodyChanged,
  onSecretSet,
}: {
  kind: DraftContent['signing']['kind']
  signed: Signed | null
  isBodyChanged: boolean
  onSecretSet: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  if (signed === null) return null
  if (signed.state === 'no-secret' && canHoldSecret(signed.scheme))
    return (
      <Popover
        label={`Secret of ${signed.schemeName}`}
        side="top"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={<LinkButton>Add the secret</LinkButton>}
      >
        <AddSecret
          signature={signed}
          onClose={() => setOpen(false)}
          onSet={() => {
            setOpen(false)
            onSecretSet()
          }}
        />
      </Popover>
    )
  const words =
    kind === 'anew'
      ? `with the secret of ${signed.schemeName}`
      : kind === 'original' && isBodyChanged
        ? 'the body is another one: it will not match'
        : ''
  return (
    <span className={`${styles['faint'] ?? ''} ${styles['hide-narrow'] ?? ''}`} title={words}>
      {words}
    </span>
  )
}
