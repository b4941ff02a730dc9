import { describe, expect, it } from 'vitest'
import type { DraftContent } from '../../../../protocol/draft.ts'
import { compareHead } from '../../../../renderer/composer/compare-draft.ts'
import { readHeaderLines } from '../../../../renderer/composer/header-fields.tsx'
import { atTarget, queryOf, shortHost, withQuery } from '../../../../renderer/composer/target-of-url.ts'

const original = {
  method: 'POST',
  headers: [
    ['Host', 'hooks.example'],
    ['X-A', '1'],
    ['X-A', '2'],
    ['X-Hub-Signature-256', 'sha256=00'],
    ['Connection', 'close'],
  ] as [string, string][],
  paths: ['/in', '/hooks/in'],
  signatureNames: ['X-Hub-Signature-256'],
}

function content(patch: Partial<DraftContent>): DraftContent {
  return {
    method: 'POST',
    url: 'http://localhost:3000/hooks/in',
    headers: [
      { name: 'Host', value: 'hooks.example', on: false },
      { name: 'X-A', value: '1', on: true },
      { name: 'X-A', value: '2', on: true },
    ],
    signing: { kind: 'original' },
    bodyView: 'auto',
    ...patch,
  }
}

describe('what a draft changes', () => {
  it('is nothing while lines that Creel sets, and those of the signature, are all that differs', () => {
    expect(compareHead(content({}), original)).toEqual({ method: null, path: null, headers: [], isReordered: false })
  })

  it('is the method, the path with its query, and each header line by its own name', () => {
    const headers = [
      { name: 'X-A', value: '1', on: true },
      { name: 'X-A', value: '3', on: true },
      { name: 'X-B', value: 'b', on: true },
    ]
    expect(compareHead(content({ method: 'PUT', url: 'http://localhost/hooks/in?a', headers }), original)).toEqual({
      method: { before: 'POST', after: 'PUT' },
      path: { before: '/in', after: '/hooks/in?a' },
      headers: [
        { name: 'X-A', before: '2', after: '3' },
        { name: 'X-B', before: null, after: 'b' },
      ],
      isReordered: false,
    })
  })

  it('is a line that is switched off, and an order', () => {
    const [host, one, two] = content({}).headers
    if (host === undefined || one === undefined || two === undefined) throw new Error('There are three lines.')
    const off = content({ headers: [host, one, { ...two, on: false }] })
    expect(compareHead(off, original).headers).toEqual([{ name: 'X-A', before: '2', after: null }])
    expect(compareHead(content({ headers: [host, two, one] }), original).isReordered).toBe(true)
  })
})

describe('a URL and its targets', () => {
  it('goes to another target with what stood behind the one before', () => {
    expect(atTarget('http://localhost:3000/hooks/a?b', 'http://localhost:3000/hooks', 'http://localhost:4242/x')).toBe(
      'http://localhost:4242/x/a?b',
    )
    expect(atTarget('localhost:3000/a', undefined, 'http://localhost:8025/y')).toBe('http://localhost:8025/a')
    expect(atTarget('', undefined, 'http://localhost:8025/y')).toBe('http://localhost:8025/y')
  })

  it('is called by its port where it is one of this computer', () => {
    expect(shortHost('http://localhost:4242/a')).toBe('4242')
    expect(shortHost('http://[::1]:4242')).toBe('4242')
    expect(shortHost('https://example.com/a')).toBe('example.com')
  })

  it('has a query that is taken out and put in as it is written', () => {
    expect(queryOf('http://a/b?c=%20&&#d?e')).toBe('c=%20&&')
    expect(queryOf('http://a/b#?e')).toBeNull()
    expect(withQuery('http://a/b?c#d', 'x')).toBe('http://a/b?x#d')
    expect(withQuery('http://a/b?c', null)).toBe('http://a/b')
  })
})

describe('header lines that are pasted', () => {
  it('are one line each, with blanks around values left out', () => {
    expect(readHeaderLines('A: b\r\n\r\nX-Two:  c d \n')).toEqual([
      { name: 'A', value: 'b', on: true },
      { name: 'X-Two', value: 'c d', on: true },
    ])
  })

  it('are none when any of it is something else', () => {
    expect(readHeaderLines('A: b\nno header')).toBeNull()
  })
})
