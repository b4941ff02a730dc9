import { clsx } from 'clsx'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { countOf } from '../../../format/bytes.ts'
import { Button } from '../../../parts/button.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { AddSecret } from './add-secret.tsx'
import facts from './facts.module.css'
import styles from './lines.module.css'
import { SignatureEvidenceList } from './signature-evidence.tsx'
import { Verdict } from './signature-fact.tsx'
import { isUncheckable, type Signed } from './signature-words.ts'

/** Hangs on the signature's line: what was checked, and the fix beside the cause. */
export function SignatureExplained({
  signature,
  request,
  onSecretSet,
}: {
  signature: Signed
  request: RequestDetail
  onSecretSet: () => void
}) {
  const secretButton = (label: string) => (
    <SecretButton signature={signature} request={request} label={label} onSecretSet={onSecretSet} />
  )
  switch (signature.state) {
    case 'verified':
      return (
        <div className={clsx(styles['explained'], styles['explained-ok'])}>
          <Verdict tone="ok">{verifiedWith(signature.secretName, signature.schemeName)}</Verdict>
          <p>
            {signature.evidence.signed === null
              ? 'This value is the secret itself, so it proves who sent it, not what was sent.'
              : `${signature.algorithm} over the ${countOf(request.bodyBytes, 'byte')} as received equals this value.`}
          </p>
          <SignatureEvidenceList signature={signature} request={request} />
        </div>
      )
    case 'failed': {
      const isChannel = isUncheckable(signature)
      return (
        <div className={clsx(styles['explained'], !isChannel && styles['explained-fail'])}>
          <Verdict tone={isChannel ? 'hold' : 'fail'}>
            {isChannel ? 'Signature cannot be checked' : 'Signature does not match'}
          </Verdict>
          <p>{signature.reason}</p>
          <SignatureEvidenceList signature={signature} request={request} />
          {secretButton('Change the secret')}
        </div>
      )
    }
    case 'no-secret':
      return (
        <div className={styles['explained']}>
          <Verdict tone="hold">No secret set for {signature.schemeName}</Verdict>
          <p>{signature.missing ?? 'Without it nobody can tell whether this line is right.'}</p>
          {secretButton('Add the secret')}
        </div>
      )
  }
}

function verifiedWith(secretName: string | null, schemeName: string): string {
  return secretName === null ? `Verified with the secrets of ${schemeName}` : `Verified with the secret "${secretName}"`
}

function SecretButton({
  signature,
  request,
  label,
  onSecretSet,
}: {
  signature: Signed
  request: RequestDetail
  label: string
  onSecretSet: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={styles['verbs']}>
      <Popover
        label={`${label} of ${signature.schemeName}`}
        className={facts['popover']}
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <Button small icon={<KeyRound size={14} />}>
            {label}
          </Button>
        }
      >
        <AddSecret
          to={{ ...signature, sourceId: request.sourceId, requestId: request.id }}
          onClose={() => setOpen(false)}
          onSet={() => {
            setOpen(false)
            onSecretSet()
          }}
        />
      </Popover>
    </div>
  )
}
