import { Shield, ShieldCheck, ShieldX } from 'lucide-react'
import { clsx } from 'clsx'
import { useState, type ReactNode } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { Popover } from '../../../parts/popover.tsx'
import { AddSecret } from './add-secret.tsx'
import { Fact } from './fact.tsx'
import styles from './facts.module.css'
import { formatAge, isUncheckable, shortAlgorithm, shortReason, type Signed } from './signature-words.ts'
import type { RequestData } from './use-request.ts'

const CAPTION = 'Signature'

/** The verdict on a request's signature. Without a secret it offers the field for it; else it leads to the signed line. */
export function SignatureFact({
  request,
  signature,
  onShow,
  onSecretSet,
}: {
  request: RequestDetail
  signature: RequestData['signature']
  onShow: () => void
  onSecretSet: () => void
}) {
  const fact = (tone: 'ok' | 'fail' | 'hold', word: string, rest: { more?: string; title?: string } = {}) => (
    <Fact caption={CAPTION} value={<Verdict tone={tone}>{word}</Verdict>} {...rest} onClick={onShow} />
  )
  if (signature === 'checking') return fact('hold', 'Checking')
  if (signature === 'unknown') return fact('hold', 'Not checked')
  switch (signature.state) {
    case 'none':
      return fact('hold', 'None known')
    case 'verified':
      return fact('ok', 'Verified', {
        more:
          signature.ageSeconds === null
            ? shortAlgorithm(signature.algorithm)
            : `${formatAge(signature.ageSeconds)} old`,
        ...(signature.secretName === null ? {} : { title: `With the secret "${signature.secretName}"` }),
      })
    case 'failed':
      return isUncheckable(signature)
        ? fact('hold', 'Not checkable', { title: signature.reason })
        : fact('fail', 'Failed', { more: shortReason(signature), title: signature.reason })
    case 'no-secret':
      return <MissingSecretFact request={request} signature={signature} onSecretSet={onSecretSet} />
  }
}

function MissingSecretFact({
  request,
  signature,
  onSecretSet,
}: {
  request: RequestDetail
  signature: Signed
  onSecretSet: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={`Add the secret of ${signature.schemeName}`}
      align="center"
      className={styles['popover']}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Fact caption={CAPTION} value={<Verdict tone="hold">No secret set</Verdict>} />}
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
  )
}

/** A shield with its word: shape first, then the tone. */
export function Verdict({ tone, children }: { tone: 'ok' | 'fail' | 'hold'; children: ReactNode }) {
  const Icon = tone === 'ok' ? ShieldCheck : tone === 'fail' ? ShieldX : Shield
  return (
    <span className={clsx(styles['verdict'], styles[tone])}>
      <Icon size={14} />
      {children}
    </span>
  )
}
