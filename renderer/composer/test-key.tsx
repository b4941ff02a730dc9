import { useEffect, useState } from 'react'
import type { SchemeInfo, TestKeyShown } from '../../protocol/signature.ts'
import { ask, copyText } from '../bridge.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { Popover } from '../parts/popover.tsx'
import facts from '../screens/inbox/detail/facts.module.css'
import { showFailure } from '../store/toast.ts'
import styles from './test-key.module.css'

/** The sender alone has its private key: a pair of one's own takes its place, and the app under test has to be told its public key. */
export function TestKey({ scheme: { id, name } }: { scheme: SchemeInfo }) {
  const [held, setHeld] = useState<{ readonly id: string; readonly key: TestKeyShown } | null>(null)
  useEffect(() => {
    let isOver = false
    void ask('signatures:test-key', { scheme: id }).then((asked) => {
      if (isOver) return
      if (asked.ok) setHeld({ id, key: asked.value })
      else showFailure(asked.error)
    })
    return () => {
      isOver = true
    }
  }, [id])
  const key = held !== null && held.id === id ? held.key : null
  if (key === null) return <span className={styles['faint']}>test key</span>
  const { publicKey, certificate } = key
  return (
    <>
      <Popover
        label={`Test key for ${name}`}
        className={styles['popover']}
        side="top"
        trigger={<LinkButton>test key</LinkButton>}
      >
        <h2 className={facts['title']}>Test key for {name}</h2>
        <p className={facts['words']}>
          Only {name} holds the key that signs its webhooks. A key pair of this computer signs in its place: set its{' '}
          {certificate === null ? 'public key' : 'certificate'} in the app that you test.
        </p>
        {certificate !== null && (
          <>
            <p className={facts['words']}>
              The official libraries fetch the certificate from {name}’s own host only and refuse this one. It works for
              an app that is given the certificate.
            </p>
            <Pem title="Certificate" pem={certificate} />
          </>
        )}
        <Pem title="Public key" pem={publicKey} />
      </Popover>
      <CopyButton
        small
        className={styles['copy']}
        label={certificate === null ? 'Copy public key' : 'Copy certificate'}
        copy={() => copyText(certificate ?? publicKey)}
      />
    </>
  )
}

function Pem({ title, pem }: { title: string; pem: string }) {
  return (
    <>
      <div className={styles['head']}>
        <h3>{title}</h3>
        <CopyButton small label={`Copy ${title.toLowerCase()}`} copy={() => copyText(pem)} />
      </div>
      {/* A long one scrolls, which the keyboard has to reach. */}
      <pre className={styles['pem']} tabIndex={0} aria-label={title}>
        {pem.trim()}
      </pre>
    </>
  )
}
