import { Fragment, useState, type ReactNode } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { ExactText } from '../../../body/exact-text.tsx'
import { copyText } from '../../../bridge.ts'
import { formatDuration } from '../../../format/duration.ts'
import { clockTime, dayAndMonth } from '../../../format/time-ago.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import type { Claim, Credentials } from './credentials.ts'
import { TokenSignature } from './token-signature.tsx'
import { HeldEye } from './held-eye.tsx'
import styles from './lines.module.css'
import type { Signed } from './signature-words.ts'

/** Hangs under the line that it decodes. */
export function CredentialsDecoded({
  credentials,
  request,
  signature,
  onSecretSet,
}: {
  credentials: Credentials
  request: RequestDetail
  /** What is known of the request's signature, of whatever kind. */
  signature: Signed | null
  onSecretSet: () => void
}) {
  return (
    <div className={styles['decoded']} role="group" aria-label="Decoded">
      {credentials.kind === 'basic' ? (
        <Basic user={credentials.user} password={credentials.password} />
      ) : (
        <Jwt token={credentials} receivedAt={request.receivedAt}>
          <TokenSignature token={credentials} request={request} signature={signature} onSecretSet={onSecretSet} />
        </Jwt>
      )}
    </div>
  )
}

function Basic({ user, password }: { user: string; password: string }) {
  const [isShown, setShown] = useState(false)
  return (
    <dl className={styles['claims']}>
      <dt>User</dt>
      <dd className={styles['mono']}>
        <ExactText text={user} />
      </dd>
      <dt>Password</dt>
      <dd className={styles['mono']}>
        {isShown ? <ExactText text={password} /> : '••••••••'} <HeldEye what="the password" onShow={setShown} />
      </dd>
    </dl>
  )
}

type Token = Extract<Credentials, { kind: 'jwt' }>

function Jwt({ token, receivedAt, children }: { token: Token; receivedAt: number; children: ReactNode }) {
  const decoded = () => {
    const objectOf = (claims: readonly Claim[]) => Object.fromEntries(claims.map(({ name, text }) => [name, text]))
    return JSON.stringify({ header: objectOf(token.header), claims: objectOf(token.claims) }, null, 2)
  }
  return (
    <>
      <dl className={styles['claims']}>
        <dt>Header</dt>
        <dd className={styles['mono']}>
          {token.header.map(({ name, text }) => (
            <span key={name} className={styles['pair']}>
              <span className={styles['key']}>{name}</span> <ExactText text={text} />
            </span>
          ))}
        </dd>
        {token.claims.map((claim, at) => (
          <Fragment key={at}>
            <dt title={claim.name}>{claim.name}</dt>
            <dd className={styles['mono']}>
              <ExactText text={claim.text} />
              <ClaimTime claim={claim} receivedAt={receivedAt} />
            </dd>
          </Fragment>
        ))}
        {children}
      </dl>
      <CopyButton
        small
        className={styles['copy-decoded'] ?? ''}
        label="Copy decoded"
        copy={() => copyText(decoded())}
      />
    </>
  )
}

/** "21 August, 14:00:10", and how it stood with the token when it came. */
function ClaimTime({ claim: { name, at }, receivedAt }: { claim: Claim; receivedAt: number }) {
  if (at === null) return null
  const passed = receivedAt - at
  const when = `${dayAndMonth(at)}, ${clockTime(at)}`
  const words =
    name === 'exp' && passed > 0
      ? `expired ${formatDuration(passed)} before receipt`
      : name === 'nbf' && passed < 0
        ? `not valid until ${formatDuration(-passed)} after receipt`
        : null
  return (
    <>
      <span className={styles['tag']}>{when}</span>
      {words !== null && <span className={styles['tag-warn']}>{words}</span>}
    </>
  )
}
