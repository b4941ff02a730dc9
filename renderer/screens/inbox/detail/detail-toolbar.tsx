import { ArrowLeft, Copy, Ellipsis, Link, PenLine, Pin, RotateCw, Send } from 'lucide-react'
import type { RequestId } from '../../../../protocol/ids.ts'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { copyText } from '../../../bridge.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { Button } from '../../../parts/button.tsx'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { IconButton } from '../../../parts/icon-button.tsx'
import { Menu, MenuItem, MenuLine } from '../../../parts/menu.tsx'
import { editRequest } from '../../../store/composer-open.ts'
import { useHasDraft } from '../../../store/draft-marks.ts'
import { pinRequest, resendRequest } from '../../../store/request-verbs.ts'
import { useTargets } from '../../../store/targets.ts'
import { setView } from '../../../store/view.ts'
import { CopyAsMenu } from '../copy-as-menu.tsx'
import styles from './detail.module.css'
import type { RequestUrl } from './request-url.ts'

/** What can be done with a request. The verb that Enter would do first comes first. */
export function DetailToolbar({ request, url }: { request: RequestDetail; url: RequestUrl }) {
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label="Request">
      <BackButton />
      <Button
        icon={<RotateCw size={14} />}
        keys="R"
        aria-keyshortcuts="r"
        onClick={() => void resendRequest(request.id)}
      >
        Resend
      </Button>
      <EditButton id={request.id} />
      <span className={styles['grow']} />
      <IconButton
        label={request.pinned ? 'Unpin' : 'Pin'}
        keys="P"
        icon={<Pin size={16} />}
        pressed={request.pinned}
        onClick={() => void pinRequest(request.id, !request.pinned)}
      />
      <CopyButton label="Copy URL" copy={() => copyText(url.input + url.rest)} />
      <MoreMenu request={request} url={url} />
    </div>
  )
}

function EditButton({ id }: { id: RequestId }) {
  const hasDraft = useHasDraft(id)
  return (
    <Button icon={<PenLine size={14} />} keys="E" aria-keyshortcuts="e" onClick={() => void editRequest(id)}>
      {hasDraft ? 'Draft' : 'Edit & resend'}
    </Button>
  )
}

/** Below 720 px one pane shows at a time; this leads back to the list. */
export function BackButton() {
  return (
    <span className={styles['only-tiny']}>
      <IconButton
        label="Back to the list"
        keys="Esc"
        icon={<ArrowLeft size={16} />}
        onClick={() => setView({ isDetailOpen: false })}
      />
    </span>
  )
}

function MoreMenu({ request, url }: { request: RequestDetail; url: RequestUrl }) {
  const targets = useTargets((state) => state.targets)
  const copyIcon = <Copy size={14} />
  return (
    <Menu align="end" trigger={<IconButton label="More" icon={<Ellipsis size={16} />} />}>
      {targets.map((target) => (
        <MenuItem key={target.id} icon={<Send size={14} />} onPick={() => void resendRequest(request.id, target.id)}>
          Resend to {hostOfUrl(target.url)}
        </MenuItem>
      ))}
      {targets.length > 0 && <MenuLine />}
      <MenuItem icon={copyIcon} onPick={() => void copyText(url.rest)} offReason={url.rest === '' ? 'empty' : null}>
        Copy path and query
      </MenuItem>
      <CopyAsMenu id={request.id} />
      <MenuItem icon={<Link size={14} />} onPick={() => void copyText(`creel://request/${request.uid}`)}>
        Copy link
      </MenuItem>
    </Menu>
  )
}
