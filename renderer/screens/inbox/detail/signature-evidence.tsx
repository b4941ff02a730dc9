import { Fragment, useState } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { ExactText } from '../../../body/exact-text.tsx'
import { countOf } from '../../../format/bytes.ts'
import { LinkButton } from '../../../parts/link-button.tsx'
import styles from './lines.module.css'
import { ageWords, comparedText, type Judged } from './signature-words.ts'

/** Of what was signed no more stands there until a person asks for it. */
const GLIMPSE_CHARS = 64

/** What was signed, what the signature should be and what it is, how old the timestamp was, and which secrets were tried. */
export function SignatureEvidenceList({ signature, request }: { signature: Judged; request: RequestDetail }) {
  const { evidence } = signature
  const [expected] = evidence.expected
  // Of several it is the one that comes nearest that a person compares.
  const received = evidence.received.find((value) => value === expected) ?? evidence.received[0]
  const age = ageWords(signature)
  return (
    <dl className={styles['known']}>
      {evidence.signed !== null && <SignedText signed={evidence.signed} bodyBytes={request.bodyBytes} />}
      {expected !== undefined && <Compared term="Expected" value={expected} other={received} kind="expected" />}
      {received !== undefined && (
        <Compared
          term="Received"
          value={received}
          other={expected}
          kind="received"
          more={evidence.received.length > 1 ? `and ${evidence.received.length - 1} more` : ''}
        />
      )}
      {signature.state === 'failed' && (
        <>
          <dt>Checked</dt>
          <dd>
            {signature.algorithm}, {countOf(request.bodyBytes, 'byte')} as received
          </dd>
        </>
      )}
      {age !== null && (
        <>
          <dt>Timestamp</dt>
          <dd>{age}</dd>
        </>
      )}
      {signature.state === 'failed' && signature.secretNames.length > 0 && (
        <>
          <dt>{signature.secretNames.length === 1 ? 'Secret tried' : 'Secrets tried'}</dt>
          <dd>{signature.secretNames.join(', ')}</dd>
        </>
      )}
    </dl>
  )
}

type SignedBytes = NonNullable<Judged['evidence']['signed']>

function SignedText({ signed, bodyBytes }: { signed: SignedBytes; bodyBytes: number }) {
  const [shown, setShown] = useState<'glimpse' | 'text' | 'hex'>('glimpse')
  const isCut = signed.hex.length / 2 < signed.bytes
  const glimpse = signed.text.slice(0, GLIMPSE_CHARS)
  const lines = withoutPictures(signed.text).split('\n')
  return (
    <>
      <dt>Signed text</dt>
      <dd>
        <span className={styles['known-more']}>
          {signed.bytes === bodyBytes ? 'the body, ' : ''}
          {countOf(signed.bytes, 'byte')}
        </span>
        {shown === 'glimpse' ? (
          <span className={styles['mono']}>
            <ExactText text={withoutPictures(glimpse)} />
            {glimpse.length < signed.text.length && '…'}
          </span>
        ) : (
          <pre className={styles['signed']} tabIndex={0}>
            {shown === 'hex'
              ? hexLines(signed.hex)
              : lines.map((line, at) => (
                  <Fragment key={at}>
                    <ExactText text={at < lines.length - 1 ? `${line}\n` : line} />
                    {'\n'}
                  </Fragment>
                ))}
            {isCut && '…'}
          </pre>
        )}
        <span className={styles['choices']}>
          {(['text', 'hex'] as const).map((each) => (
            <LinkButton
              key={each}
              aria-pressed={shown === each}
              onClick={() => setShown(shown === each ? 'glimpse' : each)}
            >
              {shown === each ? 'Less' : each === 'text' ? 'As text' : 'As hex'}
            </LinkButton>
          ))}
        </span>
      </dd>
    </>
  )
}

/** Control characters themselves: they stand there as their pictures, and are shown here as everywhere in a body. */
function withoutPictures(text: string): string {
  return text.replace(/[\u2400-\u241f\u2421]/g, (picture) => {
    const code = picture.charCodeAt(0) - 0x2400
    return String.fromCharCode(code === 0x21 ? 0x7f : code)
  })
}

function hexLines(hex: string): string {
  return hex.replace(/(..)/g, '$1 ').replace(/(.{48})/g, '$1\n')
}

function Compared({
  term,
  value,
  other,
  kind,
  more = '',
}: {
  term: string
  value: string
  other: string | undefined
  kind: 'expected' | 'received'
  more?: string
}) {
  const { same, rest } = comparedText(value, other)
  return (
    <>
      <dt>{term}</dt>
      <dd className={styles['mono']} title={value}>
        {same}
        {rest !== '' && <span className={styles[kind]}>{rest}</span>}
        {more !== '' && <span className={styles['known-more']}> {more}</span>}
      </dd>
    </>
  )
}
