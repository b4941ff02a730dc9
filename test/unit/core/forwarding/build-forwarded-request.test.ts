import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildForwardedRequest, climbsOut } from '../../../../core/forwarding/build-forwarded-request.ts'
import type { SendableRequest } from '../../../../core/forwarding/forwarder.ts'
import { parseTargetUrl, type TargetAddress } from '../../../../core/forwarding/target-address.ts'
import { RequestId } from '../../../../protocol/ids.ts'
import type { HeaderLine } from '../../../../protocol/request.ts'
import { documentedDifferences } from '../../../helpers/exact-documents.ts'

function build(headers: readonly HeaderLine[], more: Partial<SendableRequest> = {}, markResend = false) {
  const request: SendableRequest = {
    id: RequestId.parse(1),
    uid: '0198-uid',
    method: 'POST',
    requestTarget: '/in/x/path?q',
    mountBytes: 5,
    headers,
    remote: '203.0.113.9',
    scheme: 'https',
    bodyBytes: 3,
    bodySha256: '',
    isProven: true,
    body: null,
    ...more,
  }
  const options = { keepHost: false, refuseClimbingPaths: false }
  const built = buildForwardedRequest({ request, target: address('http://localhost:3000'), options, markResend })
  if ('refused' in built) throw new Error(built.refused)
  return built
}

function address(url: string): TargetAddress {
  const parsed = parseTargetUrl(url)
  if (!parsed) throw new Error(url)
  return parsed
}

const documented = documentedDifferences()
const names = (what: string) => documented.filter((each) => each.what === what).map(({ line }) => line)

describe('the documented differences', () => {
  it('are there to be read', () => {
    expect(names('removed')).toHaveLength(8)
    expect(names('replaced')).toEqual(['host', 'content-length'])
    expect(names('added')).toHaveLength(5)
  })

  it.each(names('removed').filter((name) => name !== 'connection'))('%s is removed', (name) => {
    const { wireHeaders } = build([
      [name.toUpperCase(), 'x'],
      ['X-Kept', 'y'],
    ])
    expect(wireHeaders.map(([each]) => each.toLowerCase())).not.toContain(name)
  })

  it('are all there are: any other lines go on as they came, in order', () => {
    const special = new Set(documented.map(({ line }) => line))
    const line = fc.tuple(
      fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/).filter((name) => !special.has(name.toLowerCase())),
      fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,30}$/),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const { wireHeaders } = build(lines)
        expect(wireHeaders.slice(0, 2)).toEqual([
          ['host', 'localhost:3000'],
          ['connection', 'keep-alive'],
        ])
        expect(wireHeaders.slice(2, 2 + lines.length)).toEqual(lines)
        expect(wireHeaders.slice(2 + lines.length)).toEqual([
          ['X-Forwarded-Proto', 'https'],
          ['X-Forwarded-For', '203.0.113.9'],
          ['content-length', '3'],
        ])
      }),
    )
  })

  it('hold for any mixture of special lines too', () => {
    const special = fc.constantFrom(...documented.map(({ line }) => line), 'x-other')
    fc.assert(
      fc.property(fc.array(fc.tuple(special, fc.constantFrom('x-other', 'close', '5', ''))), (lines) => {
        const { wireHeaders } = build(lines, {}, true)
        const sent = wireHeaders.map(([name]) => name.toLowerCase())
        const once = ['host', 'connection', 'content-length']
        for (const name of once) expect(sent.filter((each) => each === name)).toHaveLength(1)
        for (const name of names('removed')) if (!once.includes(name)) expect(sent).not.toContain(name)
        expect(sent.at(-1)).toBe('content-length')
        expect(sent.at(-2)).toBe('creel-resend')
      }),
    )
  })
})

describe('lines that Connection names', () => {
  it('are removed, wherever and however they stand', () => {
    const { wireHeaders } = build([
      ['x-first', '1'],
      ['CONNECTION', ' X-First ,x-SECOND'],
      ['X-Second', '2'],
      ['X-Third', '3'],
    ])
    const sent = wireHeaders.map(([name]) => name.toLowerCase())
    expect(sent).not.toContain('x-first')
    expect(sent).not.toContain('x-second')
    expect(sent).toContain('x-third')
  })
})

describe('what is not known', () => {
  it('adds no line', () => {
    const { wireHeaders } = build([], { remote: null })
    expect(wireHeaders.map(([name]) => name)).toEqual(['host', 'connection', 'X-Forwarded-Proto', 'content-length'])
  })

  it('is no tunnel: CONNECT is refused', () => {
    expect(() => build([], { method: 'CONNECT' })).toThrow('method')
  })
})

describe('climbing paths', () => {
  it.each(['', '/', '/a/b', '/a/../b', '/a/./../b', '/...', '/..a', '/a?x=/../..', '/.%2e%2e'])(
    '%j stays inside',
    (rest) => {
      expect(climbsOut(rest)).toBe(false)
    },
  )

  it.each(['/..', '/../', '/a/../..', '/%2E%2e/', '/.%2e', '/..%2f', '/a%5c..%5c..', '/..;x/', '//..', '/./..'])(
    '%j climbs out',
    (rest) => {
      expect(climbsOut(rest)).toBe(true)
    },
  )
})

describe('a target’s URL', () => {
  it.each([
    ['http://localhost:3000/hooks', 'localhost', 3000, 'localhost:3000', '/hooks'],
    ['HTTP://LocalHost', 'localhost', 80, 'localhost', ''],
    ['https://api.example', 'api.example', 443, 'api.example', ''],
    ['http://[::1]:8080/a//b/', '::1', 8080, '[::1]:8080', '/a//b/'],
  ])('%s is taken apart', (url, hostname, port, authority, path) => {
    expect(parseTargetUrl(url)).toMatchObject({ hostname, port, authority, path })
  })

  it.each(['ftp://x', 'http://', 'http://a:0', 'http://a:70000', 'http://u:p@a', 'http://a/?q', 'http://a b', ''])(
    '%j is none',
    (url) => {
      expect(parseTargetUrl(url)).toBeNull()
    },
  )
})
