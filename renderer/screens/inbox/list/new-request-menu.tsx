import { PenLine, Plus, TerminalSquare } from 'lucide-react'
import type { DraftSummary } from '../../../../protocol/draft.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { clockTime } from '../../../format/time-ago.ts'
import { IconButton } from '../../../parts/icon-button.tsx'
import { Menu, MenuItem, MenuLine } from '../../../parts/menu.tsx'
import { composeNew, openDraft } from '../../../store/composer-open.ts'
import { useDrafts } from '../../../store/draft-marks.ts'
import { useModifier } from '../../../store/shell.ts'
import { showScreen } from '../../../store/view.ts'

const MOST_DRAFTS = 8

/** The ways to a request that nobody sent: from nothing, from a command, from a draft that is kept. */
export function NewRequestMenu() {
  const drafts = useDrafts((state) => state.drafts)
  const modifier = useModifier()
  return (
    <Menu align="end" trigger={<IconButton label="New request" keys={`${modifier} N`} icon={<Plus size={16} />} />}>
      <MenuItem icon={<PenLine size={16} />} keys={`${modifier} N`} onPick={() => void composeNew()}>
        New request
      </MenuItem>
      <MenuItem icon={<TerminalSquare size={16} />} onPick={() => showScreen({ kind: 'from-curl' })}>
        From cURL…
      </MenuItem>
      {drafts.length > 0 && <MenuLine />}
      {drafts.slice(0, MOST_DRAFTS).map((draft) => (
        <MenuItem key={draft.id} hint={clockTime(draft.changedAt)} onPick={() => void openDraft(draft.id)}>
          {nameOf(draft)}
        </MenuItem>
      ))}
    </Menu>
  )
}

function nameOf({ method, url }: DraftSummary): string {
  const host = hostOfUrl(url)
  const path = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? ''
  return `Draft, ${method} ${host === url ? url : host + path}`
}
