import { clsx } from 'clsx'
import { useState } from 'react'
import { copyText } from '../bridge.ts'
import { countOf } from '../format/bytes.ts'
import { Tooltip } from '../parts/tooltip.tsx'
import type { BodyFacts } from './body-viewer.tsx'
import styles from './body-foot.module.css'

/** What the view is, and what the bytes are: the one place that a view cannot argue with. */
export function BodyFoot({ facts, claim, problem }: { facts: BodyFacts; claim: string; problem: string | null }) {
  const warning = problem ?? facts.cut
  return (
    <div className={styles['foot']}>
      <span className={clsx(styles['claim'], warning !== null && styles['warning'])} title={warning ?? claim}>
        {warning ?? claim}
      </span>
      <span>{countOf(facts.bytes, 'byte')}</span>
      {facts.sha256 !== null && <Sha256 hex={facts.sha256} />}
    </div>
  )
}

/** Short to compare at a glance; a click copies all of it. */
function Sha256({ hex }: { hex: string }) {
  const [copied, setCopied] = useState('')
  const copy = (): void => void copyText(hex).then((worked) => setCopied(worked ? hex : ''))
  return (
    <Tooltip content={copied === hex ? 'Copied' : `SHA-256 of these bytes: ${hex}. A click copies it.`} side="top">
      <button type="button" className={styles['sha']} onClick={copy}>
        {copied === hex ? 'sha256 copied' : `sha256 ${hex.slice(0, 8)}…${hex.slice(-4)}`}
        <span className="visually-hidden">, copy the whole of it</span>
      </button>
    </Tooltip>
  )
}
