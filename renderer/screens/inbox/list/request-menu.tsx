import {
  KeyRound,
  Link,
  PanelRightOpen,
  PenLine,
  Pin,
  PinOff,
  RotateCw,
  Send,
  StickyNote,
  Trash2,
  X,
} from 'lucide-react'
import type { ReactElement } from 'react'
import type { RequestId } from '../../../../protocol/ids.ts'
import { copyText } from '../../../bridge.ts'
import { formatCount } from '../../../format/bytes.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { AreaMenu, MenuItem, MenuLine, SubMenu } from '../../../parts/menu.tsx'
import { focusDetail } from '../../../shell/focus.ts'
import { editRequest } from '../../../store/composer-open.ts'
import { pinRequests, resendToUrl } from '../../../store/many-verbs.ts'
import { clearMultiSelection, useMultiSelection } from '../../../store/multi-select.ts'
import { mayHaveNote, openNote } from '../../../store/marks.ts'
import { resendMany } from '../../../store/resend-many.ts'
import { pinRequest, resendRequest, resendSigned } from '../../../store/request-verbs.ts'
import { deleteRequests } from '../../../store/deletion.ts'
import { useModifier } from '../../../store/shell.ts'
import { useRequests } from '../../../store/requests.ts'
import { ColourMenu } from './colour-menu.tsx'
import { MuteLines } from './mute-lines.tsx'
import { useTargets } from '../../../store/targets.ts'
import { setView, useView } from '../../../store/view.ts'
import { CopyAsMenu } from '../copy-as-menu.tsx'
import { OpenPortItems } from './multi-select-target.tsx'

/** The menu of the selected row: the verb that Enter would do first, then resend, mark and copy. */
export function RequestMenu({ area }: { area: ReactElement }) {
  return (
    <AreaMenu area={area}>
      <Lines />
    </AreaMenu>
  )
}

function Lines() {
  const selectedId = useView((view) => view.selectedId)
  const request = useRequests((state) => (selectedId === null ? undefined : state.rows.byId.get(selectedId)))
  const targets = useTargets((state) => state.targets)
  const modifier = useModifier()
  const ids = useMultiSelection((state) => state.ids)
  if (ids.size > 1) return <LinesOfSeveral ids={[...ids]} />
  if (request === undefined) return null
  const { id, uid, pinned, detail } = request
  const noBody = detail === null ? null : 'it never arrived'
  const open = () => {
    setView({ isDetailOpen: true })
    requestAnimationFrame(() => focusDetail())
  }
  return (
    <>
      <MenuItem icon={<PanelRightOpen size={16} />} keys="Enter" onPick={open}>
        Open
      </MenuItem>
      <MenuItem icon={<RotateCw size={16} />} keys="R" offReason={noBody} onPick={() => void resendRequest(id)}>
        Resend
      </MenuItem>
      <MenuItem icon={<KeyRound size={16} />} offReason={noBody} onPick={() => void resendSigned(id)}>
        Resend, signed anew
      </MenuItem>
      <MenuItem icon={<PenLine size={16} />} keys="E" offReason={noBody} onPick={() => void editRequest(id)}>
        Edit and resend
      </MenuItem>
      {noBody === null && (
        <SubMenu icon={<Send size={16} />} label="Resend to">
          {targets.map((target) => (
            <MenuItem key={target.id} onPick={() => void resendRequest(id, target.id)}>
              {hostOfUrl(target.url)}
            </MenuItem>
          ))}
          <MenuLine />
          <OpenPortItems onPick={(url) => void resendToUrl(id, url)} />
        </SubMenu>
      )}
      <MenuLine />
      <MenuItem
        icon={pinned ? <PinOff size={16} /> : <Pin size={16} />}
        keys="P"
        onPick={() => void pinRequest(id, !pinned)}
      >
        {pinned ? 'Unpin' : 'Pin'}
      </MenuItem>
      <ColourMenu ids={[id]} />
      {mayHaveNote(request) && (
        <MenuItem icon={<StickyNote size={16} />} keys="N" onPick={() => requestAnimationFrame(() => openNote(id))}>
          Write a note
        </MenuItem>
      )}
      <MuteLines request={request} />
      <MenuLine />
      {noBody === null && <CopyAsMenu id={id} />}
      <MenuItem icon={<Link size={16} />} onPick={() => void copyText(`creel://request/${uid}`)}>
        Copy link
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Trash2 size={16} />} keys={`${modifier} ⌫`} danger onPick={() => void deleteRequests([id])}>
        Delete
      </MenuItem>
    </>
  )
}

function LinesOfSeveral({ ids }: { ids: readonly RequestId[] }) {
  const modifier = useModifier()
  const count = formatCount(ids.length)
  const resend = (): void => void resendMany(ids, { pacePerSecond: null, to: { kind: 'own' } })
  return (
    <>
      <MenuItem icon={<RotateCw size={16} />} keys="R" onPick={resend}>
        Resend {count} in order
      </MenuItem>
      <MenuItem icon={<Pin size={16} />} keys="P" onPick={() => void pinRequests(ids)}>
        Pin {count}
      </MenuItem>
      <ColourMenu ids={ids} />
      <MenuLine />
      <MenuItem icon={<X size={16} />} keys="Esc" onPick={clearMultiSelection}>
        Clear the selection
      </MenuItem>
      <MenuItem icon={<Trash2 size={16} />} keys={`${modifier} ⌫`} danger onPick={() => void deleteRequests(ids)}>
        Delete {count}
      </MenuItem>
    </>
  )
}
