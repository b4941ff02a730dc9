import { describe, expect, it } from 'vitest'
import {
  describeFailure,
  isNoConnection,
  listeningWords,
  withListening,
} from '../../../../core/forwarding/describe-failure.ts'
import { parseTargetUrl, type TargetAddress } from '../../../../core/forwarding/target-address.ts'

function address(url: string): TargetAddress {
  const parsed = parseTargetUrl(url)
  if (!parsed) throw new Error(url)
  return parsed
}

const local = address('http://localhost:3000')
const secure = address('https://shop.test:8443')

function systemError(
  code: string,
  more: { message?: string; address?: string; port?: number; name?: string } = {},
): Error {
  const { message = code, ...rest } = more
  return Object.assign(new Error(message), { code, ...rest })
}

const refused4 = systemError('ECONNREFUSED', { address: '127.0.0.1', port: 3000 })
const refused6 = systemError('ECONNREFUSED', { address: '::1', port: 3000 })
const noIpv6 = systemError('EADDRNOTAVAIL', { address: '::1', port: 3000 })

describe('a connection that was not made', () => {
  it.each([
    [
      'nobody on either address',
      new AggregateError([refused4, refused6]),
      'nothing-listens',
      'nothing is listening on localhost:3000',
    ],
    [
      'nobody, on a computer without IPv6',
      new AggregateError([refused4, noIpv6]),
      'nothing-listens',
      'nothing is listening on localhost:3000',
    ],
    [
      'no such name',
      systemError('ENOTFOUND'),
      'name-not-found',
      'the name localhost was not found (ENOTFOUND); is it spelled right?',
    ],
    [
      'a host that is off',
      systemError('EHOSTUNREACH', { address: '10.0.0.5', port: 3000 }),
      'unreachable',
      'localhost:3000 cannot be reached (10.0.0.5:3000: host unreachable)',
    ],
    [
      'no answer',
      systemError('UND_ERR_CONNECT_TIMEOUT'),
      'connect-timeout',
      'localhost:3000 did not take the connection in time',
    ],
    [
      'no answer on any address',
      new AggregateError([systemError('ETIMEDOUT', { address: '10.0.0.5', port: 3000 })]),
      'connect-timeout',
      'localhost:3000 did not take the connection in time',
    ],
  ] as const)('%s', (_, error, code, message) => {
    const failure = describeFailure({ kind: 'connect', error }, local)
    expect(failure).toMatchObject({ code, message })
    expect(isNoConnection(failure.code)).toBe(true)
  })

  it('names each address with what it said', () => {
    expect(describeFailure({ kind: 'connect', error: new AggregateError([refused4, noIpv6]) }, local).tried).toEqual([
      { address: '127.0.0.1:3000', outcome: 'refused' },
      { address: '[::1]:3000', outcome: 'no such address on this computer' },
    ])
  })
})

describe('TLS', () => {
  it.each([
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'self-signed certificate',
      /switch on "Accept this target's self-signed certificate"/,
    ],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify', /self-signed/],
    ['CERT_HAS_EXPIRED', 'certificate has expired', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Host: shop.test. is not in the cert', /is for another name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number', /does not speak TLS/],
    [
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
      /no TLS connection/,
    ],
  ])('%s is put into words', (code, message, words) => {
    const failure = describeFailure({ kind: 'connect', error: systemError(code, { message }) }, secure)
    expect(failure.code).toBe('tls')
    expect(failure.message).toMatch(words)
    expect(isNoConnection('tls')).toBe(false)
  })
})

describe('an exchange that broke off', () => {
  it.each([
    [systemError('ECONNRESET'), false, 'reset', 'localhost:3000 reset the connection before it answered'],
    [systemError('ECONNRESET'), true, 'reset', 'localhost:3000 reset the connection in the middle of its answer'],
    [
      systemError('UND_ERR_SOCKET', { message: 'other side closed' }),
      false,
      'closed-early',
      'localhost:3000 closed the connection before it answered',
    ],
    [systemError('EPIPE'), false, 'closed-early', 'localhost:3000 closed the connection before it answered'],
    [
      systemError('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'),
      true,
      'closed-early',
      'localhost:3000 closed the connection in the middle of its answer',
    ],
    [
      systemError('UND_ERR_HEADERS_OVERFLOW'),
      false,
      'bad-answer',
      'localhost:3000 sent more header lines than can be kept',
    ],
    [
      systemError('UND_ERR_SOCKET', { message: 'bad upgrade' }),
      false,
      'bad-answer',
      'localhost:3000 answered something that is not HTTP/1.1 (bad upgrade); perhaps it expects https',
    ],
    [
      systemError('', { name: 'HTTPParserError', message: 'Expected HTTP/' }),
      false,
      'bad-answer',
      'localhost:3000 answered something that is not HTTP/1.1 (Expected HTTP/); perhaps it expects https',
    ],
    [
      systemError('UND_ERR_INVALID_ARG', { message: 'invalid header' }),
      false,
      'internal',
      'the request cannot be sent as it stands: invalid header',
    ],
    [new Error('a bug'), false, 'internal', 'the attempt broke off: a bug'],
  ] as const)('%s, head %s: %s', (error, gotHead, code, message) => {
    expect(describeFailure({ kind: 'exchange', error, gotHead }, local)).toMatchObject({ code, message })
  })

  it.each([
    [{ kind: 'first-byte-timeout', ms: 30_000 }, 'first-byte-timeout', 'localhost:3000 sent no first byte within 30 s'],
    [
      { kind: 'idle-timeout', ms: 1500 },
      'idle-timeout',
      'localhost:3000 began its answer, then sent nothing for 1.5 s',
    ],
    [{ kind: 'body-gone' }, 'body-gone', 'the body is no longer in the history; nothing whole could be sent'],
  ] as const)('%o', (problem, code, message) => {
    expect(describeFailure(problem, local)).toMatchObject({ code, message })
  })
})

describe('what else listens', () => {
  const failed = describeFailure({ kind: 'connect', error: new AggregateError([refused4, refused6]) }, local)

  it('is named where nobody listens', () => {
    const listening = [
      { port: 3001, process: 'node', pid: 7 },
      { port: 8080, process: 'python3', pid: 8 },
    ]
    expect(withListening(failed, listening)).toMatchObject({
      message: 'nothing is listening on localhost:3000; listening are 3001 (node), 8080 (python3)',
      listening,
    })
  })

  it('is not named with other failures', () => {
    const other = describeFailure({ kind: 'first-byte-timeout', ms: 100 }, local)
    expect(withListening(other, [{ port: 1, process: null, pid: null }])).toBe(other)
  })

  it.each([
    [[], 'no other port is open'],
    [[{ port: 3001, process: null, pid: null }], 'listening is 3001'],
  ])('%j reads "%s"', (ports, words) => {
    expect(listeningWords(ports)).toBe(words)
  })

  it('prefers programs with a name on high ports when there are many', () => {
    const many = [22, 53, 111, 631, 3001, 5173, 8080].map((port) => ({
      port,
      process: port > 1024 ? 'node' : null,
      pid: null,
    }))
    expect(listeningWords(many, 4)).toBe('listening are 22, 3001 (node), 5173 (node), 8080 (node) and 3 more')
  })
})
