import { useEffect, useState } from 'react'
import type { DraftContent } from '../../protocol/draft.ts'
import type { SchemeInfo } from '../../protocol/signature.ts'
import { ask, copyText } from '../bridge.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { Popover } from '../parts/popover.tsx'
import { AddSecret } from '../screens/inbox/detail/add-secret.tsx'
import facts from '../screens/inbox/detail/facts.module.css'
import { useComposer } from '../store/composer.ts'
import styles from './lines-below.module.css'

/** Beside the choice: with what it is signed, or what is still needed for that. */
export function SignatureWords({
  kind,
  scheme,
  hasSecret,
  isRead,
  isBodyChanged,
  onSecretSet,
}: {
  kind: DraftContent['signing']['kind']
  scheme: SchemeInfo | null
  hasSecret: boolean
  isRead: boolean
  isBodyChanged: boolean
  onSecretSet: () => void
}) {
  if (scheme === null || !isRead) return null
  if (scheme.signing === 'test-keys' && kind === 'anew') return <TestKey scheme={scheme} />
  if (scheme.signing !== 'no' && scheme.signing !== 'test-keys' && !hasSecret) {
    return <AddSecretHere scheme={scheme} onSecretSet={onSecretSet} />
  }
  const words =
    kind === 'anew'
      ? `with the secret of ${scheme.name}`
      : kind === 'original' && isBodyChanged
        ? 'the body is another one: it will not match'
        : ''
  return (
    <span className={`${styles['faint'] ?? ''} ${styles['hide-narrow'] ?? ''}`} title={words}>
      {words}
    </span>
  )
}

function AddSecretHere({ scheme, onSecretSet }: { scheme: SchemeInfo; onSecretSet: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const original = useComposer((state) => state.original)
  const { id, name, headerNames } = scheme
  return (
    <Popover
      label={`Secret of ${name}`}
      className={facts['popover']}
      side="top"
      open={isOpen}
      onOpenChange={setOpen}
      focusAfter={signedAnewChoice}
      trigger={<LinkButton>Add the secret</LinkButton>}
    >
      <AddSecret
        to={{
          scheme: id,
          schemeName: name,
          headerNames: headerNames.slice(0, 1),
          sourceId: original?.request.sourceId ?? null,
          requestId: original?.request.id ?? null,
        }}
        onClose={() => setOpen(false)}
        onSet={() => {
          setOpen(false)
          onSecretSet()
        }}
      />
    </Popover>
  )
}

/** With the secret set its button is gone, and the choice that it made possible is what one looks at. It may not be made yet. */
function signedAnewChoice(): HTMLElement | null {
  const choices = document.querySelectorAll('[role="radiogroup"][aria-label="Signature"] label')
  const anew = [...choices].find((choice) => choice.textContent?.startsWith('Signed anew') === true)
  return anew?.querySelector('input') ?? null
}

/** The sender alone has its private key: a pair of one's own takes its place, and the app under test has to be told its public key. */
function TestKey({ scheme: { id, name } }: { scheme: SchemeInfo }) {
  const [held, setHeld] = useState<{ readonly id: string; readonly publicKey: string } | null>(null)
  useEffect(() => {
    let isOver = false
    void ask('signatures:test-key', { scheme: id }).then((asked) => {
      if (!isOver && asked.ok) setHeld({ id, publicKey: asked.value.publicKey })
    })
    return () => {
      isOver = true
    }
  }, [id])
  const publicKey = held !== null && held.id === id ? held.publicKey : null
  const more = `The key of ${name} is its own. Set the public key of this one in the app that you test.`
  return (
    <>
      <span className={`${styles['faint'] ?? ''} ${styles['hide-narrow'] ?? ''}`} title={more}>
        with a test key
      </span>
      {publicKey !== null && (
        <CopyButton small kind="quiet" label="Copy public key" text="Public key" copy={() => copyText(publicKey)} />
      )}
    </>
  )
}
