import { Shield, ShieldCheck, ShieldX } from 'lucide-react'
import { clsx } from 'clsx'
import { useState, type ReactNode } from 'react'
import { formatDuration } from '../../../format/duration.ts'
import { Popover } from '../../../parts/popover.tsx'
import { AddSecret, canHoldSecret } from './add-secret.tsx'
import { Fact } from './fact.tsx'
import styles from './facts.module.css'
import type { RequestData } from './use-request.ts'

const CAPTION = 'Signature'

/** The verdict on a request's signature. Without a secret it offers the field for it; else it leads to the signed line. */
export function SignatureFact({
  signature,
  onShow,
  onSecretSet,
}: {
  signature: RequestData['signature']
  onShow: () => void
  onSecretSet: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  if (signature === 'checking')
    return <Fact caption={CAPTION} value={<Verdict tone="hold">Checking</Verdict>} onClick={onShow} />
  if (signature === 'unknown')
    return <Fact caption={CAPTION} value={<Verdict tone="hold">Not checked</Verdict>} onClick={onShow} />
  switch (signature.state) {
    case 'none':
      return <Fact caption={CAPTION} value={<Verdict tone="hold">None known</Verdict>} onClick={onShow} />
    case 'verified':
      return (
        <Fact
          caption={CAPTION}
          value={<Verdict tone="ok">Verified</Verdict>}
          more={
            signature.ageSeconds === null
              ? shortAlgorithm(signature.algorithm)
              : `${formatAge(signature.ageSeconds)} old`
          }
          onClick={onShow}
        />
      )
    case 'failed':
      return (
        <Fact
          caption={CAPTION}
          value={<Verdict tone="fail">Does not match</Verdict>}
          title={signature.reason}
          onClick={onShow}
        />
      )
    case 'no-secret': {
      if (!canHoldSecret(signature.scheme)) {
        return <Fact caption={CAPTION} value={<Verdict tone="hold">No secret set</Verdict>} onClick={onShow} />
      }
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
            signature={signature}
            onClose={() => setOpen(false)}
            onSet={() => {
              setOpen(false)
              onSecretSet()
            }}
          />
        </Popover>
      )
    }
  }
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

/** "SHA-256" of "HMAC-SHA256" and the like: what is left to tell in a narrow place. */
function shortAlgorithm(algorithm: string): string {
  return algorithm.replace(/^hmac[-_ ]?/i, '').replace(/^sha-?(\d+)$/i, 'SHA-$1')
}

export function formatAge(seconds: number): string {
  return formatDuration(Math.abs(seconds) * 1000)
}
