import { Check, Inbox, Keyboard, Pin, SlidersHorizontal, Trash2, TriangleAlert } from 'lucide-react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { formatCount } from '../format/bytes.ts'
import { AreaMenu, MenuItem } from '../parts/menu.tsx'
import { Splitter } from '../parts/splitter.tsx'
import { Switch } from '../parts/switch.tsx'
import { PauseIcon } from '../parts/pause-icon.tsx'
import { useCounts } from '../store/counts.ts'
import { markAllRead } from '../store/deletion.ts'
import { setForwarding, useForwarding } from '../store/forwarding.ts'
import { openDialog, setView, showInbox, showScreen, showsList, useView } from '../store/view.ts'
import { RailItem } from './rail-item.tsx'
import { RailSources } from './rail-sources.tsx'
import { RailTargets } from './rail-targets.tsx'
import styles from './rail.module.css'

const FIRST_WIDTH = 212

export function Rail() {
  const width = useView((view) => view.railWidth)
  return (
    <div className={styles['frame']} style={width === null ? {} : ({ '--rail-width': `${width}px` } as CSSProperties)}>
      <nav className={styles['rail']} aria-label="Sources" data-pane="rail">
        <div role="presentation" className={styles['stops']} onKeyDown={moveInside}>
          <ForwardingHead />
          <div className={styles['scroll']}>
            <Views />
            <RailSources />
            <RailTargets />
          </div>
          <Foot />
        </div>
        <Splitter
          label="Width of the sources"
          className={styles['splitter']}
          value={width ?? FIRST_WIDTH}
          min={180}
          max={320}
          onChange={(railWidth) => setView({ railWidth })}
          onReset={() => setView({ railWidth: null })}
        />
      </nav>
    </div>
  )
}

function ForwardingHead() {
  const isOn = useForwarding((forwarding) => forwarding.on)
  return (
    <div className={styles['head']}>
      <Switch label="Forwarding" checked={isOn} onChange={(on) => void setForwarding(on)} />
      <span className={styles['name']} aria-hidden>
        Forwarding
      </span>
      {!isOn && <span className={styles['off']}>off</span>}
    </div>
  )
}

function Views() {
  const counts = useCounts((state) => state.counts)
  const current = useView((view) => (showsList(view.screen) && view.sourceId === null ? view.view : null))
  const isFresh = useView((view) => view.screen.kind === 'welcome')
  const views = [
    { view: 'all', label: 'All requests', icon: <Inbox size={16} />, count: counts?.unread, tone: 'new' },
    { view: 'failed', label: 'Failed', icon: <TriangleAlert size={16} />, count: counts?.failed, tone: 'bad' },
    { view: 'held', label: 'Held', icon: <PauseIcon size={16} />, count: counts?.held, tone: 'plain' },
    { view: 'pinned', label: 'Pinned', icon: <Pin size={16} />, count: counts?.pinned, tone: 'plain' },
  ] as const
  return (
    <>
      {views
        .filter(({ view }) => !isFresh || view === 'all')
        .map(({ view, label, icon, count, tone }) => (
          <AreaMenu
            key={view}
            area={
              <div>
                <RailItem
                  icon={icon}
                  label={label}
                  isCurrent={current === view}
                  isFallbackStop={view === 'all' && current === null}
                  count={count === undefined || count === 0 ? undefined : formatCount(count)}
                  tone={tone}
                  onPick={() => showInbox(view)}
                />
              </div>
            }
          >
            <ViewMenuLines />
          </AreaMenu>
        ))}
    </>
  )
}

/** What can be done to all requests at once. */
function ViewMenuLines() {
  const unread = useCounts((state) => state.counts?.unread)
  return (
    <>
      <MenuItem
        icon={<Check size={16} />}
        offReason={unread === 0 ? 'none is unread' : null}
        onPick={() => void markAllRead(null)}
      >
        Mark all as read
      </MenuItem>
      <MenuItem danger icon={<Trash2 size={16} />} onPick={() => openDialog({ kind: 'clear', sourceId: null })}>
        Clear all but pinned…
      </MenuItem>
    </>
  )
}

function Foot() {
  const isPreferences = useView((view) => view.screen.kind === 'preferences')
  return (
    <div className={styles['foot']}>
      <RailItem
        icon={<SlidersHorizontal size={16} />}
        label="Preferences"
        isCurrent={isPreferences}
        onPick={() => showScreen({ kind: 'preferences' })}
      />
      <RailItem
        icon={<Keyboard size={16} />}
        label="Shortcuts"
        isCurrent={false}
        onPick={() => openDialog({ kind: 'shortcuts' })}
      />
    </div>
  )
}

/** One stop for Tab; the arrows go on from there. */
function moveInside(event: KeyboardEvent<HTMLElement>): void {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-rail-stop]')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  if (at < 0) return
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key]
  if (next === undefined) return
  event.preventDefault()
  stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus()
}
