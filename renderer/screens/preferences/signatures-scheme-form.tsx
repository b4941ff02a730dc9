import { useState, type FormEvent } from 'react'
import type { CustomScheme, SchemeProblem } from '../../../protocol/signature.ts'
import { ask } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { useSettings } from '../../store/settings.ts'
import { fromRow, NEW_SCHEME, schemeId, toRow, type SchemeFields } from './scheme-fields.ts'
import { SelectField } from './select-field.tsx'
import styles from './preferences-screen.module.css'
import own from './signatures-section.module.css'

const ALGORITHMS = [
  { value: 'sha256', label: 'SHA-256' },
  { value: 'sha1', label: 'SHA-1' },
  { value: 'sha384', label: 'SHA-384' },
  { value: 'sha512', label: 'SHA-512' },
] as const
const MACS = [
  { value: 'hmac', label: 'HMAC' },
  { value: 'digest', label: 'Plain hash with the secret in it' },
  { value: 'token', label: 'The secret itself' },
] as const
const ENCODINGS = [
  { value: 'hex', label: 'Hexadecimal' },
  { value: 'base64', label: 'Base64' },
  { value: 'base64url', label: 'Base64 for URLs' },
] as const
const KEYS = [
  { value: 'utf8', label: 'Its text' },
  { value: 'hex', label: 'Hexadecimal' },
  { value: 'base64', label: 'Base64' },
  { value: 'base64url', label: 'Base64 for URLs' },
  { value: 'auto', label: 'Base64 behind whsec_' },
] as const
const FORMATS = [
  { value: 'raw', label: 'The signature alone' },
  { value: 'prefix', label: 'Behind a prefix: sha256=…' },
  { value: 'kv', label: 'Pairs: t=…,v1=…' },
  { value: 'list', label: 'A list: v1,… v1,…' },
  { value: 'template', label: 'Within a text' },
] as const
const TIMESTAMPS = [
  { value: 'none', label: 'None' },
  { value: 'header', label: 'In a header' },
  { value: 'signature', label: 'In the signature header' },
  { value: 'body', label: 'In a field of the body' },
] as const
const UNITS = [
  { value: 's', label: 'Seconds' },
  { value: 'ms', label: 'Milliseconds' },
  { value: 'us', label: 'Microseconds' },
  { value: 'rfc3339', label: '2026-08-21T12:00:00Z' },
] as const

/** Says what a sender signs and where it puts that. What is wrong stands at its field. */
export function SchemeForm({ scheme, onClose }: { scheme: CustomScheme | null; onClose: () => void }) {
  const [fields, setFields] = useState<SchemeFields>(() => (scheme === null ? NEW_SCHEME : fromRow(scheme)))
  const [problems, setProblems] = useState<readonly SchemeProblem[]>([])
  const id = scheme?.id ?? schemeId(fields.name)
  const set = (change: Partial<SchemeFields>) => {
    setFields({ ...fields, ...change })
    setProblems([])
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const row = toRow(fields, id)
    const saved = await ask('signatures:save-scheme', { row })
    if (!saved.ok) setProblems([{ field: '', message: saved.error.message }])
    else if (saved.value.problems.length > 0) setProblems(saved.value.problems)
    else {
      const others = useSettings.getState().customSchemes.filter((each) => each.id !== id)
      useSettings.setState({ customSchemes: [...others, { ...row, id, name: fields.name.trim() }] })
      onClose()
    }
  }
  const errorOf = (...names: readonly string[]) =>
    problems.find(({ field }) => names.some((name) => field === name || field.startsWith(`${name}.`)))?.message ?? null
  const text = (label: string, name: TextName, at: readonly string[], help?: string) => (
    <Field
      label={label}
      mono={name !== 'name'}
      value={fields[name]}
      error={errorOf(...at)}
      {...(help === undefined ? {} : { help })}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  )
  const { format, timestamp } = fields
  const shown = new Set(['id', 'name', 'sigHeader', 'parts', 'format', 'ts', 'idHeader'])
  const rest = problems.find(({ field }) => !shown.has(field.split('.')[0] ?? ''))
  return (
    <form className={own['card']} aria-label="Scheme of signatures" onSubmit={(event) => void save(event)}>
      <div className={own['pair']}>
        {text('Name', 'name', ['name', 'id'])}
        {text('Signature header', 'sigHeader', ['sigHeader'])}
      </div>
      <div className={own['pair']}>
        <SelectField label="What stands there" value={fields.mac} options={MACS} onChange={(mac) => set({ mac })} />
        <SelectField label="Hash" value={fields.alg} options={ALGORITHMS} onChange={(alg) => set({ alg })} />
      </div>
      <div className={own['pair']}>
        <SelectField label="Written as" value={fields.enc} options={ENCODINGS} onChange={(enc) => set({ enc })} />
        <SelectField label="The secret is" value={fields.key} options={KEYS} onChange={(key) => set({ key })} />
      </div>
      <SelectField
        label="Form of the header"
        value={format}
        options={FORMATS}
        error={errorOf('format.kind')}
        onChange={(next) => set({ format: next })}
      />
      {(format === 'prefix' || format === 'list') && text('Prefix', 'prefix', ['format.prefix'])}
      {format === 'kv' && (
        <div className={own['pair']}>
          {text('Name of the signature', 'signatureKey', ['format.signatureKey'])}
          {text('Name of the timestamp', 'timestampKey', ['format.timestampKey'], 'Empty where there is none')}
        </div>
      )}
      {(format === 'kv' || format === 'list') && text('Between them', 'separator', ['format.separator'])}
      {format === 'template' && text('Text', 'template', ['format.template'], '{sig}, {ts}, {id}, {any}')}
      {text(
        'What is signed',
        'signed',
        ['parts'],
        '{body} {ts} {id} {url} {method} {path} {header:x-name} {bodySha256}, and text between them',
      )}
      <SelectField
        label="Timestamp"
        value={timestamp}
        options={TIMESTAMPS}
        error={errorOf('ts.from') ?? (timestamp === 'none' ? errorOf('ts') : null)}
        onChange={(next) => set({ timestamp: next })}
      />
      {timestamp !== 'none' && (
        <>
          {timestamp !== 'signature' &&
            text(timestamp === 'header' ? 'Its header' : 'Its field', 'timestampName', ['ts.name'])}
          <div className={own['pair']}>
            <SelectField label="Counted in" value={fields.unit} options={UNITS} onChange={(unit) => set({ unit })} />
            {text('Oldest allowed, in seconds', 'tolerance', ['ts.tolerance'], 'Empty: any age')}
          </div>
        </>
      )}
      {text('Header with the id', 'idHeader', ['idHeader'], 'Only where {id} is signed')}
      {rest !== undefined && (
        <span role="alert" className={styles['wrong']}>
          {rest.field === '' ? rest.message : `${rest.field}: ${rest.message}`}
        </span>
      )}
      <span className={own['end']}>
        <Button small onClick={onClose}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit">
          Save
        </Button>
      </span>
    </form>
  )
}

type TextName = {
  [Name in keyof SchemeFields]: string extends SchemeFields[Name] ? Name : never
}[keyof SchemeFields]
