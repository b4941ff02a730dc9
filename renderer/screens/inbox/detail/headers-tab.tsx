import { Eye, EyeOff } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type ComponentProps } from 'react'
import type { HeaderLine, RequestDetail } from '../../../../protocol/request.ts'
import { copyText } from '../../../bridge.ts'
import { countOf } from '../../../format/bytes.ts'
import { Button } from '../../../parts/button.tsx'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { CredentialsDecoded } from './credentials-decoded.tsx'
import { decodeCredentials, type Credentials } from './credentials.ts'
import styles from './lines.module.css'
import { ListedLine } from './listed-line.tsx'
import { duplicateNote, isHopByHop, maskedValue } from './message-head.ts'
import { SignatureExplained } from './signature-explained.tsx'
import { isUncheckable } from './signature-words.ts'
import type { RequestData } from './use-request.ts'

/** Every header line as it was received, numbered; the verdict on the signature hangs on its own line. */
export function HeadersTab({
  request,
  signature,
  goToSignature,
  onSecretSet,
}: {
  request: RequestDetail
  signature: RequestData['signature']
  goToSignature: boolean
  onSecretSet: () => void
}) {
  const { headers, trailers } = request
  const [isUnmasked, setUnmasked] = useState(false)
  const signed = typeof signature === 'object' && signature.state !== 'none' ? signature : null
  const signedAt = signed === null ? -1 : indexOfSigned(headers, signed.headerNames)
  const signedLine = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!goToSignature || signedAt < 0) return
    signedLine.current?.scrollIntoView({ block: 'center' })
    signedLine.current?.focus({ preventScroll: true })
  }, [goToSignature, signedAt])

  const decoded = useMemo(() => headers.map(decodeCredentials), [headers])
  const hasMasked = headers.some((line, at) => maskedValue(line) !== null || decoded[at]?.kind === 'jwt')
  const tone = signed === null ? undefined : isUncheckable(signed) ? 'hold' : TONES[signed.state]
  return (
    <div className={styles['tab']}>
      <div className={styles['bar']}>
        <span className={styles['count']}>
          {countOf(headers.length, 'line')}
          {trailers.length > 0 && ` and ${countOf(trailers.length, 'trailer')}`}, in the order received
        </span>
        <span className={styles['grow']} />
        {hasMasked && (
          <Button
            small
            kind="quiet"
            icon={isUnmasked ? <EyeOff size={14} /> : <Eye size={14} />}
            onClick={() => setUnmasked(!isUnmasked)}
          >
            {isUnmasked ? 'Mask values' : 'Show masked values'}
          </Button>
        )}
        <CopyButton
          small
          label="Copy all headers"
          copy={() => copyText(headers.map((line) => line.join(': ')).join('\r\n'))}
        />
      </div>
      <ol className={styles['list']} aria-label="Headers" tabIndex={0}>
        {headers.map((line, at) => (
          <ListedLine
            key={at}
            {...(at === signedAt ? { ref: signedLine } : {})}
            number={at + 1}
            name={line[0]}
            value={line[1]}
            shown={isUnmasked ? line[1] : (maskedCredentials(decoded[at] ?? null) ?? maskedValue(line) ?? line[1])}
            tags={tagsOf(headers, at, signed?.headerNames ?? [], signedAt)}
            tone={at === signedAt ? tone : undefined}
          >
            <Decoded credentials={decoded[at] ?? null} request={request} signature={signed} onSecretSet={onSecretSet} />
            {at === signedAt && signed !== null && (
              <SignatureExplained signature={signed} request={request} onSecretSet={onSecretSet} />
            )}
          </ListedLine>
        ))}
        {trailers.map(([name, value], at) => (
          <ListedLine
            key={`trailer ${at}`}
            number={headers.length + at + 1}
            name={name}
            value={value}
            tags={['trailer, came after the body, not forwarded']}
          />
        ))}
      </ol>
      <div className={styles['foot']}>
        <span>Case, order and duplicates as received</span>
      </div>
    </div>
  )
}

function Decoded({
  credentials,
  ...rest
}: { credentials: Credentials | null } & Omit<ComponentProps<typeof CredentialsDecoded>, 'credentials'>) {
  return credentials === null ? null : <CredentialsDecoded credentials={credentials} {...rest} />
}

const SEGMENT_CHARS = 8

/** "Bearer eyJhbGci….eyJpc3Mi….••••••••": without its signature a token opens nothing. */
function maskedCredentials(credentials: Credentials | null): string | null {
  if (credentials?.kind !== 'jwt') return null
  const [head, body] = credentials.parts
  const cut = (part: string) => (part.length > SEGMENT_CHARS ? `${part.slice(0, SEGMENT_CHARS)}…` : part)
  return `${credentials.scheme === '' ? '' : `${credentials.scheme} `}${cut(head)}.${cut(body)}.••••••••`
}

const TONES = { verified: 'ok', failed: 'fail', 'no-secret': 'hold' } as const

/** The line that the verdict is about: of the names that a sender signs with, the first that is there. */
function indexOfSigned(headers: readonly HeaderLine[], names: readonly string[]): number {
  for (const name of names) {
    const at = headers.findIndex(([other]) => other.toLowerCase() === name.toLowerCase())
    if (at >= 0) return at
  }
  return -1
}

function tagsOf(
  headers: readonly HeaderLine[],
  at: number,
  signedNames: readonly string[],
  signedAt: number,
): string[] {
  const name = headers[at]?.[0] ?? ''
  const isOtherSignature = at !== signedAt && signedNames.some((signed) => signed.toLowerCase() === name.toLowerCase())
  return [
    ...(duplicateNote(headers, at) === null ? [] : [duplicateNote(headers, at) ?? '']),
    ...(isHopByHop(headers, name) ? ['hop-by-hop, not forwarded'] : []),
    ...(isOtherSignature ? ['an older signature'] : []),
    ...(headers[at]?.[1] === '' ? ['empty'] : []),
  ]
}
