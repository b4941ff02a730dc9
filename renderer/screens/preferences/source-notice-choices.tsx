import type { SourceId } from '../../../protocol/ids.ts'
import type { SourceNotices } from '../../../protocol/settings.ts'
import { Checkbox } from '../../parts/choice.tsx'
import { saveSettings, useSettings } from '../../store/settings.ts'

/** Of what of one source the desktop tells. `short` leaves the sentences out, for a line that names the source. */
export function SourceNoticeChoices({ id, name, short = false }: { id: SourceId; name: string; short?: boolean }) {
  const all = useSettings((state) => state.sourceNotices)
  const own = all.find(({ sourceId }) => sourceId === id) ?? { sourceId: id, failures: true, news: false }
  const save = (change: Partial<SourceNotices>) => {
    const others = all.filter(({ sourceId }) => sourceId !== id)
    void saveSettings({ sourceNotices: [...others, { ...own, ...change }] })
  }
  return (
    <>
      <Checkbox
        checked={own.failures}
        {...(short ? { 'aria-label': `Failures of ${name}` } : {})}
        onChange={(event) => save({ failures: event.target.checked })}
      >
        {short ? 'failures' : 'When a delivery fails'}
      </Checkbox>
      <Checkbox
        checked={own.news}
        {...(short ? { 'aria-label': `New requests of ${name}` } : {})}
        onChange={(event) => save({ news: event.target.checked })}
      >
        {short ? 'new requests' : 'On new requests, at most once a minute'}
      </Checkbox>
    </>
  )
}
