import { Copy, FileText, TerminalSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { CopyFormat } from '../../../protocol/copy-as.ts'
import type { RequestId } from '../../../protocol/ids.ts'
import type { RequestFull } from '../../../protocol/ipc.ts'
import { secretHeaderTest } from '../../../protocol/redaction.ts'
import { ask, copyText } from '../../bridge.ts'
import { MenuCheckbox, MenuItem, MenuLine, SubMenu } from '../../parts/menu.tsx'
import { COPY_NAMES, copyAs, copyBody, describeHidden } from '../../store/copy-as.ts'
import { useSettings } from '../../store/settings.ts'
import { requestUrl } from './detail/request-url.ts'

const FORMATS: readonly { readonly format: CopyFormat; readonly isCommand: boolean }[] = [
  { format: 'curl-bash', isCommand: true },
  { format: 'curl-powershell', isCommand: true },
  { format: 'raw-http', isCommand: false },
  { format: 'json', isCommand: false },
]

/** Everything that a request can be copied as. Secrets are hidden unless they are asked for, which holds for that once. */
export function CopyAsMenu({ id }: { id: RequestId }) {
  // Asked for with the menu around it, so that this one has its size when it opens.
  const full = useHead(id)
  return (
    <SubMenu icon={<Copy size={16} />} label="Copy as">
      <Lines id={id} full={full} />
    </SubMenu>
  )
}

function useHead(id: RequestId): RequestFull | null {
  const [full, setFull] = useState<RequestFull | null>(null)
  useEffect(() => {
    let isOver = false
    void ask('requests:get', { id }).then((asked) => {
      if (!isOver && asked.ok) setFull(asked.value)
    })
    return () => {
      isOver = true
    }
  }, [id])
  return full
}

function Lines({ id, full }: { id: RequestId; full: RequestFull | null }) {
  const [withSecrets, setWithSecrets] = useState(false)
  const isSecret = secretHeaderTest(useSettings((state) => state.secretHeaders))
  const headers = full?.request.headers ?? []
  const names = [...new Set(headers.flatMap(([name]) => (isSecret(name) ? [name] : [])))]
  const url = full === null ? '' : joined(full)
  return (
    <>
      <MenuItem keys="Y" onPick={() => void copyBody(id)}>
        Body
      </MenuItem>
      <MenuItem onPick={() => void copyText(headers.map((line) => line.join(': ')).join('\r\n'))}>Headers</MenuItem>
      <MenuItem offReason={url === '' ? 'none' : null} onPick={() => void copyText(url)}>
        URL
      </MenuItem>
      <MenuLine />
      {FORMATS.map(({ format, isCommand }) => (
        <MenuItem
          key={format}
          icon={isCommand ? <TerminalSquare size={16} /> : <FileText size={16} />}
          onPick={() => void copyAs(id, format, withSecrets)}
        >
          {COPY_NAMES[format]}
        </MenuItem>
      ))}
      {names.length > 0 && (
        <>
          <MenuLine />
          <MenuCheckbox
            checked={withSecrets}
            help={withSecrets ? 'Nothing is hidden' : describeHidden(names)}
            onChange={setWithSecrets}
          >
            With secrets, this once
          </MenuCheckbox>
        </>
      )}
    </>
  )
}

function joined(full: RequestFull): string {
  const { input, rest } = requestUrl(full)
  return input + rest
}
