import { KeyRound } from 'lucide-react'
import type { DraftContent } from '../../protocol/draft.ts'
import type { SchemeInfo, SignatureReport } from '../../protocol/signature.ts'
import { Segmented } from '../parts/segmented.tsx'
import { editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import { useSchemes } from '../store/schemes.ts'
import styles from './lines-below.module.css'
import { canSignAs, hasSecretFor, likelyScheme, whyNotSigned, whyNotUnsigned } from './signing-choice.ts'
import { SignatureWords } from './signature-words.tsx'
import { SigningScheme } from './signing-scheme.tsx'

/** Whether the signature stays, is made anew at the moment of sending, or is left out. What cannot be chosen says why. */
export function SignatureRow({
  report,
  isBodyChanged,
  onSecretSet,
}: {
  report: SignatureReport | null
  isBodyChanged: boolean
  onSecretSet: () => void
}) {
  const signing = useComposer((state) => state.content.signing)
  const headers = useComposer((state) => state.content.headers)
  const original = useComposer((state) => state.original)
  const { schemes, secrets } = useSchemes()
  const all = schemes ?? []
  const sourceId = original?.request.sourceId ?? null
  const isHeld = (info: SchemeInfo) => hasSecretFor(info.id, sourceId, secrets ?? [])
  const likely = likelyScheme(report, headers, all, isHeld)
  const chosen = signing.kind === 'anew' && signing.scheme !== null ? signing.scheme : null
  const scheme = chosen === null ? likely : (all.find(({ id }) => id === chosen) ?? null)
  // What has no signature yet may get one: of any sender whose secret is there.
  const others = all.filter((info) => canSignAs(info, isHeld(info)))
  const withSecret = others.find(({ signing: by }) => by !== 'test-keys')
  const choose = (kind: DraftContent['signing']['kind'], as: string | null = null) =>
    editContent({ signing: kind === 'anew' ? { kind, scheme: as } : { kind } }, 'signing')
  const isNew = original === null
  const isChoosing = signing.kind === 'anew' && (likely === null || chosen !== null)
  // The one that is chosen stays among them when its secret was deleted since.
  const offered = scheme === null || others.includes(scheme) ? others : [scheme, ...others]
  const isRead = schemes !== null && secrets !== null && (isNew || report !== null)
  const nothing =
    scheme !== null || !isRead
      ? null
      : isNew
        ? 'no header of it holds a signature'
        : 'the original has no signature that is known'
  return (
    <div className={styles['signature']}>
      <span className={styles['title']}>Signature</span>
      <Segmented
        label="Signature"
        value={signing.kind}
        onChange={(kind) => choose(kind, likely === null ? (withSecret?.id ?? null) : null)}
        segments={[
          { value: 'original', label: isNew ? 'As written' : 'Original' },
          {
            value: 'anew',
            label: (
              <>
                {signing.kind === 'anew' && <KeyRound size={12} />}
                Signed anew
              </>
            ),
            offReason:
              signing.kind === 'anew' || (scheme === null && withSecret !== undefined)
                ? null
                : (nothing ?? (isRead ? whyNotSigned(scheme, isHeld) : 'it is being looked at')),
          },
          {
            value: 'unsigned',
            label: 'Unsigned',
            offReason: signing.kind === 'unsigned' ? null : (nothing ?? whyNotUnsigned(scheme)),
          },
        ]}
      />
      {isChoosing && <SigningScheme schemes={offered} value={chosen} onChange={(id) => choose('anew', id)} />}
      {(!isChoosing || scheme?.signing === 'test-keys') && (
        <SignatureWords
          kind={signing.kind}
          scheme={scheme}
          hasSecret={scheme !== null && isHeld(scheme)}
          isRead={isRead}
          isBodyChanged={isBodyChanged}
          onSecretSet={() => {
            onSecretSet()
            choose('anew', chosen)
          }}
        />
      )}
    </div>
  )
}
