import styles from './facts.module.css'
import { SenderFact } from './sender-fact.tsx'
import { SignatureFact } from './signature-fact.tsx'
import { TargetFact } from './target-fact.tsx'
import type { RequestData } from './use-request.ts'

/** Two answers that are never mixed, and the signature between them. Each fact is a button to its proof. */
export function FactStrip({
  data,
  onSignature,
  onDeliveries,
  onSecretSet,
}: {
  data: RequestData
  onSignature: () => void
  onDeliveries: () => void
  onSecretSet: () => void
}) {
  return (
    <div className={styles['facts']}>
      <SenderFact request={data.full.request} />
      <SignatureFact
        request={data.full.request}
        signature={data.signature}
        onShow={onSignature}
        onSecretSet={onSecretSet}
      />
      <TargetFact digest={data.full.request.result} onShow={onDeliveries} />
    </div>
  )
}
