import { Check, Copy, Play, Send, SlidersHorizontal, Trash2, Unplug } from 'lucide-react'
import { describeSource } from '../format/connection-words.ts'
import { formatCount } from '../format/bytes.ts'
import type { Source } from '../../protocol/source.ts'
import { copyText } from '../bridge.ts'
import { Mark } from '../parts/mark.tsx'
import { AreaMenu, MenuItem, MenuLine } from '../parts/menu.tsx'
import { PauseIcon } from '../parts/pause-icon.tsx'
import { markAllRead } from '../store/deletion.ts'
import { sendSample, updateSourceOrTell, useInputs, useSources, useSourceStatus } from '../store/sources.ts'
import { openDialog, showInbox, showScreen, showsList, useView } from '../store/view.ts'
import { RailItem } from './rail-item.tsx'
import { RailSection } from './rail-section.tsx'

export function RailSources() {
  const sources = useSources((state) => state.sources)
  return (
    <RailSection title="Sources" addLabel="Add source" onAdd={() => openDialog({ kind: 'add-source' })}>
      {sources.map((source) => (
        <RailSource key={source.id} source={source} />
      ))}
    </RailSection>
  )
}

function RailSource({ source }: { source: Source }) {
  const status = useSourceStatus(source.id)
  const isCurrent = useView(({ screen, sourceId }) => {
    if (showsList(screen)) return sourceId === source.id
    if (screen.kind === 'welcome') return source.kind === 'embedded'
    return (screen.kind === 'source' || screen.kind === 'refused') && screen.id === source.id
  })
  const words = describeSource(source, status, 0)
  const unread = status?.unread ?? 0
  const pick = () => {
    if (status?.connection.state === 'refused' && !source.disconnected) showScreen({ kind: 'refused', id: source.id })
    else showInbox('all', source.id)
  }
  return (
    <AreaMenu
      area={
        <div>
          <RailItem
            icon={<Mark name={words.mark} />}
            label={source.name}
            sub={source.disconnected ? 'disconnected' : source.held ? 'on hold' : SAID[words.mark]}
            short={source.name.slice(0, 2)}
            isCurrent={isCurrent}
            count={unread === 0 ? undefined : formatCount(unread)}
            tone="new"
            onPick={pick}
          />
        </div>
      }
    >
      <SourceMenuLines source={source} />
    </AreaMenu>
  )
}

/** What the mark means, in the places where no sentence stands beside it. Live and reconnecting say so by their shape. */
const SAID = { live: undefined, reconnecting: undefined, refused: 'refused', disconnected: 'disconnected' }

function SourceMenuLines({ source }: { source: Source }) {
  const url = useInputs(source.id)[0]?.url
  const unread = useSourceStatus(source.id)?.unread ?? 0
  const noUrl = url === undefined ? 'not connected yet' : null
  return (
    <>
      <MenuItem icon={<SlidersHorizontal size={16} />} onPick={() => showScreen({ kind: 'source', id: source.id })}>
        Source settings
      </MenuItem>
      <MenuItem icon={<Copy size={16} />} offReason={noUrl} onPick={() => void copyText(url ?? '')}>
        Copy URL
      </MenuItem>
      <MenuItem icon={<Send size={16} />} offReason={noUrl} onPick={() => void sendSample(source.id, 'hello')}>
        Send a test webhook
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={source.held ? <Play size={16} /> : <PauseIcon size={16} />}
        onPick={() => void updateSourceOrTell({ id: source.id, held: !source.held })}
      >
        {source.held ? 'Release' : 'Hold'}
      </MenuItem>
      <MenuItem
        icon={<Unplug size={16} />}
        onPick={() => void updateSourceOrTell({ id: source.id, disconnected: !source.disconnected })}
      >
        {source.disconnected ? 'Connect' : 'Disconnect'}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={<Check size={16} />}
        offReason={unread === 0 ? 'none is unread' : null}
        onPick={() => void markAllRead(source.id)}
      >
        Mark all as read
      </MenuItem>
      <MenuItem danger icon={<Trash2 size={16} />} onPick={() => openDialog({ kind: 'clear', sourceId: source.id })}>
        Clear…
      </MenuItem>
    </>
  )
}
