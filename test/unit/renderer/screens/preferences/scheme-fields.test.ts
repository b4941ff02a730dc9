import { describe, expect, it } from 'vitest'
import { checkOwnScheme } from '../../../../../core/signing/known-schemes.ts'
import {
  fromRow,
  NEW_SCHEME,
  schemeId,
  toRow,
  type SchemeFields,
} from '../../../../../renderer/screens/preferences/scheme-fields.ts'

const named = { ...NEW_SCHEME, name: 'Harborline' }

const forms: readonly (readonly [string, Partial<SchemeFields>])[] = [
  ['the signature alone', {}],
  ['a prefix', { format: 'prefix', prefix: 'sha256=' }],
  ['pairs with a timestamp', { format: 'kv', timestamp: 'signature', signed: '{ts}.{body}' }],
  ['pairs without one', { format: 'kv', timestampKey: '' }],
  ['a list', { format: 'list', separator: ' ', prefix: 'v1,', enc: 'base64', key: 'auto' }],
  ['a template', { format: 'template', template: '{ts}/{sig}', timestamp: 'signature', signed: '{ts}:{body}' }],
  ['a timestamp in a header, of any age', { timestamp: 'header', unit: 'ms', tolerance: '', signed: '{ts}{body}' }],
  ['an id', { idHeader: 'X-Id', signed: '{id}.{body}' }],
  ['a plain hash', { mac: 'digest', signed: '{secret}{body}' }],
  ['a token', { mac: 'token', signed: '' }],
]

describe('a scheme in a form', () => {
  it.each(forms)('with %s is a row that holds, and comes back as it was typed', (_, change) => {
    const fields = { ...named, ...change }
    const checked = checkOwnScheme(toRow(fields, schemeId(fields.name)))
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
    const again = fromRow(checked.scheme)
    expect(toRow(again, checked.scheme.id)).toEqual(toRow(fields, checked.scheme.id))
    for (const [name, value] of Object.entries(change)) expect(again).toHaveProperty(name, value)
  })

  it('has each mistake named with its field', () => {
    const wrong = {
      ...NEW_SCHEME,
      sigHeader: 'no header',
      signed: 'nothing {what}',
      tolerance: 'x',
      timestamp: 'header',
    } as const
    const checked = checkOwnScheme(toRow({ ...wrong, timestampName: '' }, schemeId('')))
    expect(checked.ok ? [] : checked.problems.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['name', 'sigHeader', 'parts', 'parts.0', 'ts.name', 'ts.tolerance']),
    )
  })

  it('cannot take the place of a sender that is known', () => {
    expect(checkOwnScheme(toRow(named, 'github'))).toMatchObject({ ok: false, problems: [{ field: 'id' }] })
  })

  it.each([
    ['My Sender', 'custom-my-sender'],
    ['  Ünï & co.  ', 'custom-n-co'],
    ['x'.repeat(100), `custom-${'x'.repeat(53)}`],
  ])('named %j has the id %s', (name, id) => {
    expect(schemeId(name)).toBe(id)
  })
})
