import type { SourceId } from '../../../../protocol/ids.ts'
import { Button } from '../../../parts/button.tsx'
import { useSource, useSourceStatus } from '../../../store/sources.ts'
import { showScreen } from '../../../store/view.ts'
import { BannerFrame, BannerName } from './banner-frame.tsx'

export function RefusedNews({ sourceId }: { sourceId: SourceId }) {
  const source = useSource(sourceId)
  const connection = useSourceStatus(sourceId)?.connection
  if (source === undefined || connection?.state !== 'refused') return null
  return (
    <BannerFrame
      mark="refused"
      tone="fail"
      title={`${connection.reason} ${connection.fix}`}
      actions={
        <Button small onClick={() => showScreen({ kind: 'refused', id: sourceId })}>
          Look
        </Button>
      }
    >
      <b>
        <BannerName>{source.name}</BannerName> is not connected.
      </b>{' '}
      {connection.reason}
    </BannerFrame>
  )
}
