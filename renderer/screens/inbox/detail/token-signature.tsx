import { useState } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { LinkButton } from '../../../parts/link-button.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { AddSecret } from './add-secret.tsx'
import type { Credentials } from './credentials.ts'
import facts from './facts.module.css'
import type { Signed } from './signature-words.ts'

/** Whether a token's signature was checked: claims alone prove nothing. */
export function TokenSignature({
  token,
  request,
  signature,
  onSecretSet,
}: {
  token: Extract<Credentials, { kind: 'jwt' }>
  request: RequestDetail
  signature: Signed | null
  onSecretSet: () => void
}) {
  return (
    <>
      <dt>Signature</dt>
      <dd>
        <Words token={token} request={request} signature={signature} onSecretSet={onSecretSet} />
      </dd>
    </>
  )
}

/** Those of a Bearer token, by its algorithm; a token that stands elsewhere is its own sender's matter. */
const SCHEMES: readonly (readonly [RegExp, string, string])[] = [
  [/^HS/, 'jwt-hs256', 'secret'],
  [/^(?:RS|PS|ES|Ed)/, 'jwt', 'key'],
]

function Words(props: Parameters<typeof TokenSignature>[0]) {
  const { token, signature } = props
  const algorithm = token.header.find(({ name }) => name === 'alg')?.text ?? ''
  if (algorithm.toLowerCase() === 'none' || token.parts[2] === '') return 'none: anybody could have written this'
  const isBearer = token.scheme.toLowerCase() === 'bearer'
  const [, scheme, what] = SCHEMES.find(([pattern]) => isBearer && pattern.test(algorithm)) ?? []
  if (signature !== null && (signature.scheme === scheme || !isBearer)) {
    if (signature.state === 'verified') return 'verified'
    if (signature.state === 'failed') return signature.reason
  }
  if (scheme === undefined || what === undefined) return 'not checked'
  return (
    <>
      not checked, no {what} set <AddKey {...props} scheme={scheme} what={what} />
    </>
  )
}

function AddKey({
  request,
  scheme,
  what,
  onSecretSet,
}: Parameters<typeof TokenSignature>[0] & { scheme: string; what: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={`Add the ${what} of this token`}
      className={facts['popover']}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<LinkButton>Add the {what}</LinkButton>}
    >
      <AddSecret
        to={{
          scheme,
          schemeName: 'JWT',
          headerNames: ['Authorization'],
          sourceId: request.sourceId,
          requestId: request.id,
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
