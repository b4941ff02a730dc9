import { useState } from 'react'
import type { DeliveryId } from '../../../../protocol/ids.ts'
import { tabId, Tabs } from '../../../parts/tabs.tsx'
import { useWrittenNote } from '../../../store/marks.ts'
import { setView, useView } from '../../../store/view.ts'
import { BodyTab } from './body-tab.tsx'
import { decodePairs } from '../../../body/decode-pairs.ts'
import { DeliveriesTab } from './deliveries/deliveries-tab.tsx'
import { DetailHead } from './detail-head.tsx'
import { DetailToolbar } from './detail-toolbar.tsx'
import styles from './detail.module.css'
import { deliveryToExplain, Explanation } from './explanation.tsx'
import { FactStrip } from './fact-strip.tsx'
import { HeadersTab } from './headers-tab.tsx'
import { NotesTab } from './notes-tab.tsx'
import { QueryTab } from './query-tab.tsx'
import { requestUrl } from './request-url.ts'
import type { RequestData } from './use-request.ts'

const ID_PREFIX = 'request'

/** A request: what it is, the three facts, and its five tabs. Mounted anew for each. */
export function RequestContent({ data, onSecretSet }: { data: RequestData; onSecretSet: () => void }) {
  const { full, deliveries, signature } = data
  const { request } = full
  const tab = useView((view) => view.tab)
  const url = requestUrl(full)
  const hasNote = useWrittenNote((note) => (note.id === request.id ? note.text : request.note) !== '')
  // What stands there when the request is selected explains itself; what comes later waits for a click, so nothing moves for a reader.
  const [explained, setExplained] = useState<DeliveryId | null>(() => deliveryToExplain(deliveries)?.id ?? null)
  const [wanted, setWanted] = useState<'signature' | null>(null)
  const toExplain = deliveries.find((delivery) => delivery.id === explained)
  const showSignature = (): void => {
    setWanted('signature')
    setView({ tab: 'headers' })
  }
  const showDeliveries = (): void => {
    setExplained(deliveryToExplain(deliveries)?.id ?? null)
    setView({ tab: 'deliveries' })
  }
  return (
    <>
      <DetailToolbar request={request} url={url} />
      <DetailHead full={full} url={url} />
      <FactStrip data={data} onSignature={showSignature} onDeliveries={showDeliveries} onSecretSet={onSecretSet} />
      <Tabs
        label="Parts of the request"
        idPrefix={ID_PREFIX}
        value={tab}
        onChange={(next) => setView({ tab: next })}
        tabs={[
          { value: 'body', label: 'Body' },
          { value: 'headers', label: 'Headers', count: request.headers.length },
          { value: 'query', label: 'Query', count: decodePairs(url.query ?? '').length },
          { value: 'deliveries', label: 'Deliveries', count: deliveries.length },
          { value: 'notes', label: 'Notes', count: hasNote ? 1 : undefined },
        ]}
      />
      {toExplain !== undefined && tab !== 'deliveries' && <Explanation delivery={toExplain} />}
      <div
        id={`${ID_PREFIX}-panel`}
        className={styles['panel']}
        role="tabpanel"
        aria-labelledby={tabId(ID_PREFIX, tab)}
      >
        {tab === 'body' && <BodyTab full={full} />}
        {tab === 'headers' && (
          <HeadersTab
            request={request}
            signature={signature}
            goToSignature={wanted === 'signature'}
            onSecretSet={onSecretSet}
          />
        )}
        {tab === 'query' && <QueryTab query={url.query} />}
        {tab === 'deliveries' && <DeliveriesTab full={full} deliveries={deliveries} />}
        {tab === 'notes' && <NotesTab request={request} />}
      </div>
    </>
  )
}
