import { clsx } from 'clsx'
import { useEffect, useRef, useState } from 'react'
import { useView } from '../../store/view.ts'
import settings from '../settings.module.css'
import { About } from './about-section.tsx'
import { Colours } from './colours-section.tsx'
import { Diagnostics } from './diagnostics-section.tsx'
import { General } from './general-section.tsx'
import { Keeping } from './keeping-section.tsx'
import { Network } from './network-section.tsx'
import { Notifications } from './notifications-section.tsx'
import styles from './preferences-screen.module.css'
import { Privacy } from './privacy-section.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { Signatures } from './signatures-section.tsx'
import { SourcesAndTargets } from './places-section.tsx'

const SECTIONS = [
  { id: 'general', title: 'General', Section: General },
  { id: 'keeping', title: 'Keeping', Section: Keeping },
  { id: 'colours', title: 'Colours', Section: Colours },
  { id: 'diagnostics', title: 'Diagnostics', Section: Diagnostics },
  { id: 'notifications', title: 'Notifications', Section: Notifications },
  { id: 'privacy', title: 'Privacy', Section: Privacy },
  { id: 'signatures', title: 'Signatures', Section: Signatures },
  { id: 'network', title: 'Network', Section: Network },
  { id: 'places', title: 'Sources and targets', Section: SourcesAndTargets },
  { id: 'about', title: 'About', Section: About },
] as const
type SectionId = (typeof SECTIONS)[number]['id']

/** All that is set for the app as a whole, in one column; the names at the left lead to its parts. */
export function PreferencesScreen() {
  const column = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useCurrentSection(column)
  const wanted = useView(({ screen }) => (screen.kind === 'preferences' ? screen.section : undefined))
  useEffect(() => {
    if (wanted !== undefined) sectionIn(column.current, wanted)?.scrollIntoView({ block: 'start' })
  }, [wanted])
  const goTo = (id: SectionId) => {
    setCurrent(id)
    sectionIn(column.current, id)?.scrollIntoView({ block: 'start' })
    sectionIn(column.current, id)?.focus({ preventScroll: true })
  }
  return (
    <main className={settings['screen']} aria-label="Preferences" data-pane="screen" tabIndex={-1}>
      <div className={settings['bar']}>
        <h1 className={settings['title']}>Preferences</h1>
      </div>
      <div className={styles['panes']}>
        <nav className={styles['names']} aria-label="Sections of the preferences">
          {SECTIONS.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              className={clsx(styles['name'], current === id && styles['current'])}
              aria-current={current === id}
              onClick={() => goTo(id)}
            >
              {title}
            </button>
          ))}
        </nav>
        <div ref={column} className={styles['column']}>
          {SECTIONS.map(({ id, title, Section }) => (
            <section key={id} className={styles['section']} aria-label={title} data-section={id} tabIndex={-1}>
              <h2>{title}</h2>
              <Section />
            </section>
          ))}
        </div>
        <aside className={styles['aside']} aria-label="Shortcuts" tabIndex={0}>
          <ShortcutList />
        </aside>
      </div>
    </main>
  )
}

function sectionIn(column: HTMLElement | null, id: SectionId): HTMLElement | null {
  return column?.querySelector<HTMLElement>(`[data-section="${id}"]`) ?? null
}

/** The section whose head is the first in the upper third of the column, or else the last above it. */
function useCurrentSection(column: { readonly current: HTMLDivElement | null }) {
  const [current, setCurrent] = useState<SectionId>('general')
  useEffect(() => {
    const scroller = column.current
    if (scroller === null) return undefined
    const look = () => {
      const { top } = scroller.getBoundingClientRect()
      const headOf = (id: SectionId) => (sectionIn(scroller, id)?.getBoundingClientRect().top ?? Infinity) - top
      const above = SECTIONS.filter(({ id }) => headOf(id) < scroller.clientHeight / 3)
      const inSight = above.find(({ id }) => headOf(id) >= 0)
      const isAtEnd = scroller.scrollTop > 0 && scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2
      const at = isAtEnd ? SECTIONS.at(-1) : (inSight ?? above.at(-1))
      setCurrent(at?.id ?? 'general')
    }
    scroller.addEventListener('scroll', look, { passive: true })
    return () => scroller.removeEventListener('scroll', look)
  }, [column])
  return [current, setCurrent] as const
}
