import { Copy, Link, PanelRightOpen, Pin, PinOff, RotateCw, Send } from 'lucide-react'
import type { ReactElement } from 'react'
import { copyText } from '../../../bridge.ts'
import { hostOfUrl, restOfTarget } from '../../../format/path.ts'
import { AreaMenu, MenuItem, MenuLine } from '../../../parts/menu.tsx'
import { focusDetail } from '../../../shell/focus.ts'
import { pinRequest, resendRequest } from '../../../store/request-verbs.ts'
import { useRequests } from '../../../store/requests.ts'
import { useTargets } from '../../../store/targets.ts'
import { setView, useView } from '../../../store/view.ts'

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
  if (request === undefined) return null
  const { id, uid, pinned, detail } = request
  const noBody = detail === null ? null : 'it never arrived'
  const rest = restOfTarget(request)
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
      {targets.slice(0, 6).map((target) => (
        <MenuItem
          key={target.id}
          icon={<Send size={16} />}
          offReason={noBody}
          onPick={() => void resendRequest(id, target.id)}
        >
          Resend to {hostOfUrl(target.url)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem
        icon={pinned ? <PinOff size={16} /> : <Pin size={16} />}
        keys="P"
        onPick={() => void pinRequest(id, !pinned)}
      >
        {pinned ? 'Unpin' : 'Pin'}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Copy size={16} />} offReason={rest === '' ? 'empty' : null} onPick={() => void copyText(rest)}>
        Copy path and query
      </MenuItem>
      <MenuItem icon={<Link size={16} />} onPick={() => void copyText(`creel://request/${uid}`)}>
        Copy link
      </MenuItem>
    </>
  )
}
