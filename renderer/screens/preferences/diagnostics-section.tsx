import { Copy, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { readDiagnostics, showInFiles, useDesktop } from '../../store/desktop.ts'
import { showToast } from '../../store/toast.ts'
import styles from './preferences-screen.module.css'

export function Diagnostics() {
  const facts = useDesktop()
  const [text, setText] = useState<string | null>(null)
  const copy = async () => {
    const told = await readDiagnostics()
    if (told !== null && (await copyText(told))) showToast('done', 'Diagnostics copied')
  }
  const read = async () => setText(text === null ? await readDiagnostics() : null)
  return (
    <>
      <Place name="Data folder" path={facts?.dataFolder} what="data" />
      <Place name="Log" path={facts?.logFile} what="log" />
      <div className={styles['line']}>
        <Button icon={<Copy size={14} />} onClick={() => void copy()}>
          Copy diagnostics
        </Button>
        <span className={styles['help']}>
          Versions, settings, counts, 200 log lines. No tokens, secrets, URLs or bodies.{' '}
          <LinkButton onClick={() => void read()}>{text === null ? 'Read it first' : 'Hide it'}</LinkButton>
        </span>
      </div>
      {text !== null && (
        <pre className={styles['text']} aria-label="Diagnostics" tabIndex={0}>
          {text}
        </pre>
      )}
    </>
  )
}

function Place({ name, path, what }: { name: string; path: string | undefined; what: 'data' | 'log' }) {
  return (
    <div className={styles['line']}>
      <span>{name}</span>
      <span className={styles['grow']} />
      <span className={styles['path']} title={path}>
        <bdi dir="ltr">{path}</bdi>
      </span>
      <Button
        icon={<FolderOpen size={14} />}
        aria-label={`Show ${name.toLowerCase()}`}
        onClick={() => void showInFiles(what)}
      >
        Show
      </Button>
    </div>
  )
}
