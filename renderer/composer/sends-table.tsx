import { clsx } from 'clsx'
import type { KeyboardEvent } from 'react'
import type { SentRequest } from '../../protocol/draft.ts'
import { describeChanges } from '../format/change-words.ts'
import { formatDuration } from '../format/duration.ts'
import { timeAgo } from '../format/time-ago.ts'
import { MarkedText } from '../parts/mark.tsx'
import { useClock } from '../store/clock.ts'
import { showSend, useComposer } from '../store/composer.ts'
import styles from './sends-table.module.css'
import { wordsOfSend } from './use-response.ts'

/** What was sent of this draft, the newest first. Choosing one shows its response. */
export function SendsTable() {
  const sends = useComposer((state) => state.sends)
  const shown = useComposer((state) => state.shownSend)
  const newestFirst = sends.toReversed()
  const walk = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = newestFirst[newestFirst.findIndex(({ id }) => id === shown) + by]
    if (by === 0 || next === undefined) return
    event.preventDefault()
    showSend(next.id)
    event.currentTarget.querySelector<HTMLElement>(`[data-send="${next.id}"]`)?.focus()
  }
  return (
    <section className={styles['sends']} aria-label="Sends of this draft">
      <h2 className={styles['sends-title']}>
        Sends of this draft <span className={styles['faint']}>{sends.length}</span>
      </h2>
      <div
        role="listbox"
        tabIndex={-1}
        aria-label="Sends of this draft"
        className={styles['sends-list']}
        onKeyDown={walk}
      >
        {newestFirst.map((sent) => (
          <SendRow key={sent.id} sent={sent} isShown={sent.id === shown} />
        ))}
      </div>
    </section>
  )
}

function SendRow({ sent, isShown }: { sent: SentRequest; isShown: boolean }) {
  const ago = useClock((now) => timeAgo(sent.receivedAt, now))
  const words = wordsOfSend(sent)
  const latency = sent.result?.latencyMs ?? null
  return (
    <button
      type="button"
      role="option"
      aria-selected={isShown}
      tabIndex={isShown ? 0 : -1}
      data-send={sent.id}
      title={`${sent.method} ${sent.url}`}
      className={clsx(styles['send'], isShown && styles['send-on'])}
      onClick={() => showSend(sent.id)}
    >
      <span className={styles['faint']}>{sent.n}</span>
      <MarkedText mark={words.mark}>{words.word}</MarkedText>
      <span className={styles['send-words']}>{describeChanges(sent.changes)}</span>
      <span className={styles['send-right']}>{latency === null ? '' : formatDuration(latency)}</span>
      <span className={styles['send-right']}>{ago}</span>
    </button>
  )
}
