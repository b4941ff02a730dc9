import {
  ArrowLeft,
  ChevronRight,
  Ellipsis,
  Redo2,
  RotateCcw,
  Send,
  TerminalSquare,
  Trash2,
  Undo2,
  WandSparkles,
} from 'lucide-react'
import { Button } from '../parts/button.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { Menu, MenuItem, MenuLine } from '../parts/menu.tsx'
import { MarkedText } from '../parts/mark.tsx'
import { eventLabel } from '../format/request-words.ts'
import { clockTime } from '../format/time-ago.ts'
import { redoEdit, undoEdit } from '../store/composer-edit.ts'
import { closeComposer, deleteDraft, resetDraft } from '../store/composer-open.ts'
import { sendDraft } from '../store/composer-send.ts'
import { useComposer } from '../store/composer.ts'
import { useModifier } from '../store/shell.ts'
import { showScreen } from '../store/view.ts'
import type { Response } from './use-response.ts'
import styles from './draft-pane.module.css'

/** What is being edited, and Send. */
export function DraftToolbar({ response, onFormat }: { response: Response | null; onFormat: (() => void) | null }) {
  const original = useComposer((state) => state.original)
  const saving = useComposer((state) => state.saving)
  const isSending = useComposer((state) => state.isSending)
  const modifier = useModifier()
  const isNew = useComposer((state) => state.draft?.parentId === null)
  const title =
    original !== null ? `Edit ${eventLabel(original.request)}` : isNew ? 'New request' : 'Edit a deleted request'
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label="Draft">
      <IconButton
        label={original === null ? 'Back to the list' : 'Back to the request'}
        keys="Esc"
        icon={<ArrowLeft size={16} />}
        onClick={() => void closeComposer()}
      />
      <h1 className={styles['title']} title={title}>
        {title}
      </h1>
      {original !== null && <span className={styles['time']}>{clockTime(original.request.receivedAt)}</span>}
      <output className={styles['saving']}>{SAVING[saving]}</output>
      <span className={styles['grow']} />
      <IconButton label="Undo" keys={`${modifier} Z`} icon={<Undo2 size={16} />} onClick={undoEdit} />
      <DraftMenu onFormat={onFormat} />
      {response !== null && <ResponseBadge response={response} />}
      <Button
        kind="primary"
        icon={<Send size={14} />}
        keys={`${modifier} ↵`}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        offReason={isSending ? 'it is being sent' : null}
        onClick={() => void sendDraft()}
      >
        Send
      </Button>
    </div>
  )
}

const SAVING = { saved: '', unsaved: '', failed: 'not saved' } as const

function DraftMenu({ onFormat }: { onFormat: (() => void) | null }) {
  const parentId = useComposer((state) => state.draft?.parentId)
  const modifier = useModifier()
  return (
    <Menu align="end" trigger={<IconButton label="More for the draft" icon={<Ellipsis size={16} />} />}>
      <MenuItem icon={<Redo2 size={16} />} keys={`${modifier} Shift Z`} onPick={redoEdit}>
        Redo
      </MenuItem>
      <MenuItem
        icon={<WandSparkles size={16} />}
        offReason={onFormat === null ? 'for JSON without a mistake' : null}
        onPick={() => onFormat?.()}
      >
        Format the body
      </MenuItem>
      <MenuItem icon={<TerminalSquare size={16} />} onPick={() => showScreen({ kind: 'from-curl' })}>
        New from cURL…
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<RotateCcw size={16} />} onPick={() => void resetDraft()}>
        {parentId === null ? 'Begin anew' : 'Back to the original'}
      </MenuItem>
      <MenuItem icon={<Trash2 size={16} />} danger onPick={() => void deleteDraft()}>
        Delete the draft
      </MenuItem>
    </Menu>
  )
}

/** Below 720 wide the response has no room beside the editor: this opens it. */
function ResponseBadge({ response: { words, title } }: { response: Response }) {
  return (
    <button type="button" className={styles['badge']} onClick={() => useComposer.setState({ isResponseOpen: true })}>
      <MarkedText mark={words.mark}>{title}</MarkedText>
      <ChevronRight size={12} />
      <span className="visually-hidden">, show the response</span>
    </button>
  )
}
