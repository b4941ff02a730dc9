import { describe, expect, it } from 'vitest'
import { decodeCredentials } from '../../../../../../renderer/screens/inbox/detail/credentials.ts'

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: 'https://id.example', exp: 1_787_322_610, admin: true, aud: ['a', 'b'] })}.c2ln`

describe('a line that says who sent it', () => {
  it('with Basic is user and password, in UTF-8, the password with any colon', () => {
    const line = ['authorization', `basic ${Buffer.from('Zoë:a:b').toString('base64')}`] as [string, string]
    expect(decodeCredentials(line)).toEqual({ kind: 'basic', user: 'Zoë', password: 'a:b' })
  })

  it.each([
    ['Authorization', `Bearer ${token}`, 'Bearer'],
    ['X-Webhook-Signature', token, ''],
    ['Plaid-Verification', ` ${token} `, ''],
  ])('%s with a token tells its header and claims, times as times', (name, value, scheme) => {
    expect(decodeCredentials([name, value])).toEqual({
      kind: 'jwt',
      scheme,
      parts: token.split('.'),
      header: [
        { name: 'alg', text: 'RS256', at: null },
        { name: 'typ', text: 'JWT', at: null },
      ],
      claims: [
        { name: 'iss', text: 'https://id.example', at: null },
        { name: 'exp', text: '1787322610', at: 1_787_322_610_000 },
        { name: 'admin', text: 'true', at: null },
        { name: 'aud', text: '["a","b"]', at: null },
      ],
    })
  })

  it.each([
    ['Authorization', 'Bearer opaque'],
    ['Authorization', 'Basic !!!'],
    ['Authorization', `Basic ${btoa('no colon')}`],
    ['X-Other', `Basic ${btoa('user:password')}`],
    ['Authorization', 'Bearer eyJ.eyJ.x'],
    ['Authorization', `Bearer ${part([1])}.${part({})}.x`],
    ['Authorization', `Bearer ${part({ alg: 'none' })}.${Buffer.from('{"a":').toString('base64url')}.`],
    ['Authorization', `Bearer eyJ${'a'.repeat(70_000)}.e30.x`],
  ])('of another kind is left as it is: %s: %.40s', (name, value) => {
    expect(decodeCredentials([name, value])).toBeNull()
  })

  it('with more claims than anybody reads, or longer ones, is cut', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`c${n}`, 'x'.repeat(n === 0 ? 5000 : 1)]))
    const decoded = decodeCredentials(['Authorization', `Bearer ${part({ alg: 'none' })}.${part(many)}.`])
    if (decoded?.kind !== 'jwt') throw new Error('It is no token.')
    expect(decoded.claims).toHaveLength(60)
    expect(decoded.claims[0]?.text).toHaveLength(1000)
  })

  it('with a time that no calendar has shows the number alone', () => {
    const decoded = decodeCredentials(['Authorization', `Bearer ${part({ alg: 'x' })}.${part({ exp: 1e300 })}.`])
    expect(decoded).toMatchObject({ claims: [{ name: 'exp', text: '1e+300', at: null }] })
  })
})
