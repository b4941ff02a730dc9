import { clsx } from 'clsx'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { SignatureReport } from '../../../../protocol/signature.ts'
import { countOf } from '../../../format/bytes.ts'
import { Button } from '../../../parts/button.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { AddSecret, canHoldSecret } from './add-secret.tsx'
import facts from './facts.module.css'
import styles from './lines.module.css'
import { formatAge, Verdict } from './signature-fact.tsx'

type Signed = Exclude<SignatureReport, { state: 'none' }>

/** Hangs on the signature's line: what was checked, and the fix beside the cause. */
export function SignatureExplained({
  signature,
  bodyBytes,
  onSecretSet,
}: {
  signature: Signed
  bodyBytes: number
  onSecretSet: () => void
}) {
  const bytes = countOf(bodyBytes, 'byte')
  switch (signature.state) {
    case 'verified':
      return (
        <div className={clsx(styles['explained'], styles['explained-ok'])}>
          <Verdict tone="ok">Verified with the secret of {signature.schemeName}</Verdict>
          <p>
            {signature.algorithm} over the {bytes} as received equals this value.
          </p>
          <Age ageSeconds={signature.ageSeconds} />
        </div>
      )
    case 'failed':
      return (
        <div className={clsx(styles['explained'], styles['explained-fail'])}>
          <Verdict tone="fail">Signature does not match</Verdict>
          <p>{signature.reason}</p>
          <dl className={styles['known']}>
            <dt>Checked</dt>
            <dd>
              {signature.algorithm}, {bytes} as received
            </dd>
          </dl>
          <Age ageSeconds={signature.ageSeconds} />
          <SecretButton signature={signature} label="Change the secret" onSecretSet={onSecretSet} />
        </div>
      )
    case 'no-secret':
      return (
        <div className={styles['explained']}>
          <Verdict tone="hold">No secret set for {signature.schemeName}</Verdict>
          <p>Without it nobody can tell whether this line is right.</p>
          <SecretButton signature={signature} label="Add the secret" onSecretSet={onSecretSet} />
        </div>
      )
  }
}

function Age({ ageSeconds }: { ageSeconds: number | null }) {
  if (ageSeconds === null) return null
  const when =
    ageSeconds < 0 ? `${formatAge(ageSeconds)} ahead of the receipt` : `${formatAge(ageSeconds)} old at receipt`
  return (
    <dl className={styles['known']}>
      <dt>Timestamp</dt>
      <dd>{when}</dd>
    </dl>
  )
}

function SecretButton({
  signature,
  label,
  onSecretSet,
}: {
  signature: Signed
  label: string
  onSecretSet: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  if (!canHoldSecret(signature.scheme)) return null
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
          signature={signature}
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
