import { LinkButton } from '../parts/link-button.tsx'
import { Popover } from '../parts/popover.tsx'
import { formatCount } from '../format/bytes.ts'
import { useComposer } from '../store/composer.ts'
import { ChangeDetails } from './change-details.tsx'
import type { DraftChanges } from './use-changes.ts'
import styles from './lines-below.module.css'

const MOST_CHIPS = 3

/** What differs from the original, in chips; all of it behind "Show". */
export function ChangedRow({ changes }: { changes: DraftChanges | null }) {
  const hasParent = useComposer((state) => state.draft?.parentId !== null)
  if (changes === null)
    return (
      <div className={styles['changed']}>
        <span className={styles['title']}>{hasParent ? 'Changed' : 'New request'}</span>
        <span className={styles['faint']}>
          {hasParent ? 'The original is not in the history any more' : 'It has no original'}
        </span>
      </div>
    )
  const chips = chipsOf(changes)
  const shown = chips.slice(0, MOST_CHIPS)
  return (
    <div className={styles['changed']}>
      <span className={styles['title']}>Changed</span>
      {chips.length === 0 && <span className={styles['faint']}>nothing</span>}
      <output className={styles['chips']} aria-label="What changed">
        {shown.map((chip) => (
          <Chip key={chip.word} chip={chip} />
        ))}
        {chips.length > MOST_CHIPS && <span className={styles['chip']}>{chips.length - MOST_CHIPS} more</span>}
      </output>
      {chips.length > 0 && (
        <Popover label="What changed" side="top" align="end" trigger={<LinkButton>Show</LinkButton>}>
          <ChangeDetails changes={changes} />
        </Popover>
      )}
    </div>
  )
}

type ChipWords = { readonly word: string; readonly added?: number; readonly removed?: number }

function Chip({ chip: { word, added, removed } }: { chip: ChipWords }) {
  return (
    <span className={styles['chip']}>
      {word}
      {added !== undefined && added > 0 && <span className={styles['plus']}>+{formatCount(added)}</span>}
      {removed !== undefined && removed > 0 && <span className={styles['minus']}>−{formatCount(removed)}</span>}
    </span>
  )
}

function chipsOf({ head, body, signature, signatureName }: DraftChanges): ChipWords[] {
  const { method, path, headers, isReordered } = head
  const only = headers.length === 1 ? headers[0] : undefined
  return [
    ...(body.isChanged
      ? [{ word: 'body', added: body.lines?.addedLines.length ?? 0, removed: body.lines?.removedLines.length ?? 0 }]
      : []),
    ...(method === null ? [] : [{ word: 'method' }]),
    ...(path === null ? [] : [{ word: 'path' }]),
    ...(only === undefined ? [] : [{ word: only.name }]),
    ...(headers.length > 1 ? [{ word: `${headers.length} headers` }] : []),
    ...(isReordered ? [{ word: 'order of headers' }] : []),
    ...(signature === 'anew' ? [{ word: signatureName ?? 'signature' }] : []),
    ...(signature === 'unsigned' ? [{ word: 'unsigned' }] : []),
  ]
}
