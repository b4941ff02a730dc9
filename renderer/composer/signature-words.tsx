import { useState } from 'react'
import type { DraftContent } from '../../protocol/draft.ts'
import type { SchemeInfo } from '../../protocol/signature.ts'
import { LinkButton } from '../parts/link-button.tsx'
import { Popover } from '../parts/popover.tsx'
import { AddSecret } from '../screens/inbox/detail/add-secret.tsx'
import facts from '../screens/inbox/detail/facts.module.css'
import { useComposer } from '../store/composer.ts'
import styles from './lines-below.module.css'
import { canSignAs, secretWord } from './signing-choice.ts'
import { TestKey } from './test-key.tsx'

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
  if (scheme.signing !== 'no' && !canSignAs(scheme, hasSecret)) {
    return <AddSecretHere scheme={scheme} onSecretSet={onSecretSet} />
  }
  if (scheme.signing === 'test-keys' && kind === 'anew') return <TestKey scheme={scheme} />
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
      trigger={<LinkButton>Add the {secretWord(scheme)}</LinkButton>}
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
