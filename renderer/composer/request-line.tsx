import { ChevronDown, Globe } from 'lucide-react'
import { useEffect, useRef, useState, type ClipboardEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { Mark } from '../parts/mark.tsx'
import { Menu, MenuItem, MenuLine } from '../parts/menu.tsx'
import { editContent } from '../store/composer-edit.ts'
import { composeFromCurl } from '../store/composer-open.ts'
import { useComposer } from '../store/composer.ts'
import { usePorts } from '../store/ports.ts'
import { useTargets } from '../store/targets.ts'
import { showToast } from '../store/toast.ts'
import { hostOfUrl } from '../format/path.ts'
import { readTarget } from '../format/target-url.ts'
import styles from './request-line.module.css'
import { atTarget, shortHost, targetOfUrl } from './target-of-url.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** Method, URL and target of the draft. */
export function RequestLine() {
  const refusal = useComposer((state) => state.refusal)
  return (
    <div className={styles['line']}>
      <MethodField isBad={refusal?.field === 'method'} />
      <UrlInput isBad={refusal?.field === 'url'} />
      <TargetMenu />
    </div>
  )
}

function MethodField({ isBad }: { isBad: boolean }) {
  const method = useComposer((state) => state.content.method)
  const [isTyping, setTyping] = useState(false)
  const put = (next: string) => editContent({ method: next }, 'method')
  if (isTyping) return <MethodInput method={method} onChange={put} onEnd={() => setTyping(false)} />
  return (
    <Menu
      trigger={
        <Button aria-label={`Method, ${method}`} aria-invalid={isBad} className={styles['method']}>
          <span data-method={method} className={styles['method-name']}>
            {method === '' ? 'Method' : method}
          </span>
          <ChevronDown size={12} />
        </Button>
      }
    >
      {METHODS.map((name) => (
        <MenuItem key={name} onPick={() => put(name)}>
          <span data-method={name} className={styles['method-name']}>
            {name}
          </span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onPick={() => setTyping(true)}>Another…</MenuItem>
    </Menu>
  )
}

function MethodInput(props: { method: string; onChange: (method: string) => void; onEnd: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  // The menu gives the focus back to its button first, which is not there any more.
  useEffect(() => {
    const timer = setTimeout(() => input.current?.select())
    return () => clearTimeout(timer)
  }, [])
  return (
    <input
      ref={input}
      aria-label="Method"
      className={styles['method-input']}
      spellCheck={false}
      value={props.method}
      onChange={(event) => props.onChange(event.target.value)}
      onBlur={props.onEnd}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        props.onEnd()
      }}
    />
  )
}

function UrlInput({ isBad }: { isBad: boolean }) {
  const url = useComposer((state) => state.content.url)
  const input = useRef<HTMLInputElement>(null)
  const isNew = useComposer((state) => state.draft?.parentId === null && state.sends.length === 0)
  useEffect(() => {
    if (isNew) input.current?.select()
  }, [isNew])
  const before = useRef(url)
  /** A port alone is one of this computer, and keeps the path that stood there. */
  const complete = (): void => {
    const port = /^:?(\d{1,5})$/.exec(url.trim())?.[1]
    const whole = port === undefined ? readTarget(url) : atTarget(before.current, undefined, `http://localhost:${port}`)
    if (whole !== url) editContent({ url: whole }, 'url')
  }
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (!/^\s*(\$\s+)?curl(\.exe)?\s/i.test(text)) return
    event.preventDefault()
    void composeFromCurl(text).then((problem) => {
      if (problem !== null) showToast('failed', problem)
    })
  }
  return (
    <input
      ref={input}
      aria-label="URL or port"
      aria-invalid={isBad}
      className={styles['url']}
      placeholder="URL or port, or a cURL command"
      title={url}
      spellCheck={false}
      autoComplete="off"
      value={url}
      onChange={(event) => editContent({ url: event.target.value }, 'url')}
      onPaste={paste}
      onFocus={() => {
        before.current = url
      }}
      onBlur={complete}
      onKeyDown={(event) => event.key === 'Enter' && complete()}
    />
  )
}

/** Where it goes: a target of Creel's, a port that is open, or what the URL says. */
function TargetMenu() {
  const url = useComposer((state) => state.content.url)
  const { targets, statuses } = useTargets()
  const current = targetOfUrl(targets, url)
  const health = current === undefined ? 'unknown' : (statuses.get(current.id)?.health ?? 'unknown')
  const isPort = /^\d+$/.test(shortHost(readTarget(url)))
  const name = current !== undefined || isPort ? shortHost(readTarget(url)) : url === '' ? 'Target' : 'Other'
  const go = (target: string) => editContent({ url: atTarget(url, current?.url, target) }, 'target')
  return (
    <Menu
      align="end"
      trigger={
        <Button aria-label={`Target, ${name}`} className={styles['target']}>
          {current !== undefined ? (
            <Mark name={health === 'nothing-listens' ? 'nothing-listens' : health === 'listening' ? 'live' : 'none'} />
          ) : (
            !isPort && <Globe size={14} />
          )}
          <span className={styles['target-name']}>{name}</span>
          <ChevronDown size={12} />
        </Button>
      }
    >
      {targets.map((target) => (
        <MenuItem key={target.id} hint={statuses.get(target.id)?.process ?? ''} onPick={() => go(target.url)}>
          {hostOfUrl(target.url)}
        </MenuItem>
      ))}
      {targets.length > 0 && <MenuLine />}
      <OpenPorts onPick={(port) => go(`http://localhost:${port}`)} />
    </Menu>
  )
}

function OpenPorts({ onPick }: { onPick: (port: number) => void }) {
  const ports = usePorts()
  if (ports === null || ports.length === 0) {
    return (
      <MenuItem offReason={ports === null ? 'looking' : 'nothing listens'} onPick={() => undefined}>
        Open ports
      </MenuItem>
    )
  }
  return ports.slice(0, 12).map(({ port, process }) => (
    <MenuItem key={port} hint={process ?? 'open port'} onPick={() => onPick(port)}>
      {port}
    </MenuItem>
  ))
}
