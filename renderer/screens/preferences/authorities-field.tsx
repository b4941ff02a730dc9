import { useState } from 'react'
import { ask } from '../../bridge.ts'
import { Field } from '../../parts/field.tsx'
import { useSettings } from '../../store/settings.ts'

type Said = { readonly error: string } | { readonly proof: string } | null

/** A company's own certificate authorities. The file is read before it is kept. */
export function Authorities() {
  const file = useSettings((settings) => settings.caFile)
  const [typed, setTyped] = useState<string | null>(null)
  const [said, setSaid] = useState<Said>(null)
  const save = async () => {
    if (typed === null || typed.trim() === (file ?? '')) return
    const wanted = typed.trim() === '' ? null : typed.trim()
    const set = await ask('network:set-authorities', { file: wanted })
    if (!set.ok) return setSaid({ error: set.error.message })
    setTyped(null)
    if (wanted === null) return setSaid({ proof: 'Only the usual authorities are trusted' })
    const { certificates } = set.value
    setSaid({ proof: certificates === 1 ? '1 certificate is trusted' : `${certificates} certificates are trusted` })
  }
  return (
    <Field
      label="File with your company's certificate authorities"
      mono
      placeholder="company-ca.pem"
      value={typed ?? file ?? ''}
      help="PEM. For relays only, which are reached through the proxy of the environment or of the system."
      error={said !== null && 'error' in said ? said.error : undefined}
      proof={said !== null && 'proof' in said ? said.proof : undefined}
      onChange={(event) => {
        setTyped(event.target.value)
        setSaid(null)
      }}
      onBlur={() => void save()}
      onKeyDown={(event) => event.key === 'Enter' && void save()}
    />
  )
}
