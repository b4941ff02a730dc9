import { describe, expect, it } from 'vitest'
import { describeChanges, type ChangedRequest } from '../../../../core/compose/describe-changes.ts'
import type { HeaderLine } from '../../../../protocol/request.ts'

const SIGNED: HeaderLine = ['X-Hub-Signature-256', `sha256=${'0'.repeat(64)}`]
const lines: HeaderLine[] = [
  ['Host', 'relay.example.com'],
  ['X-A', '1'],
  ['X-B', '2'],
  ['x-a', '3'],
  ['Connection', 'X-Hop'],
  ['X-Hop', 'gone'],
]

function changes(change: Partial<ChangedRequest> = {}, original: readonly HeaderLine[] = lines) {
  return describeChanges({
    original: { method: 'POST', headers: [...original], bodySha256: 'same' },
    originalPaths: ['/hooks', '/'],
    signing: { kind: 'original' },
    method: 'POST',
    requestTarget: '/hooks',
    headers: lines.slice(1, 4),
    bodySha256: 'same',
    ...change,
  })
}

const none = { method: false, path: false, headers: [], headerOrder: false, body: false, signature: 'none' }

describe('what is different from the original', () => {
  it('is nothing where only Host and lines for one hop are missing', () => {
    expect(changes()).toEqual({ hasOriginal: true, ...none })
    expect(changes({ requestTarget: '/' }).path).toBe(false)
  })

  it('is method, path and body', () => {
    expect(changes({ method: 'post', requestTarget: '/Hooks', bodySha256: 'other' })).toMatchObject({
      method: true,
      path: true,
      body: true,
    })
  })

  it('is each header by its name, duplicates together, with their case', () => {
    expect(
      changes({
        headers: [
          ['X-A', '1'],
          ['x-a', '4'],
          ['x-b', '2'],
          ['X-C', '5'],
        ],
      }).headers,
    ).toEqual([
      { name: 'X-A', how: 'changed' },
      { name: 'x-b', how: 'changed' },
      { name: 'X-C', how: 'added' },
    ])
    expect(changes({ headers: [['X-B', '2']] }).headers).toEqual([{ name: 'X-A', how: 'removed' }])
  })

  it('is the order of lines, if nothing else of them', () => {
    expect(
      changes({
        headers: [
          ['X-B', '2'],
          ['X-A', '1'],
          ['x-a', '3'],
        ],
      }),
    ).toMatchObject({ headers: [], headerOrder: true })
  })

  it('is told of the signature apart from the other lines', () => {
    const signed = [...lines, SIGNED]
    const other: HeaderLine = [SIGNED[0], `sha256=${'1'.repeat(64)}`]
    const sent = lines.slice(1, 4)
    expect(changes({ headers: [...sent, SIGNED] }, signed)).toMatchObject({ headers: [], signature: 'original' })
    expect(changes({ headers: [...sent, other] }, signed)).toMatchObject({ headers: [], signature: 'edited' })
    expect(changes({ headers: [...sent, other], signing: { kind: 'anew', scheme: null } }, signed)).toMatchObject({
      headers: [],
      signature: 'anew',
    })
    expect(changes({ headers: sent, signing: { kind: 'unsigned' } }, signed)).toMatchObject({
      headers: [],
      signature: 'unsigned',
    })
    expect(changes({ headers: [...sent, SIGNED] })).toMatchObject({ headers: [], signature: 'edited' })
  })

  it('is nothing where there is no original', () => {
    expect(changes({ original: null, method: 'PUT' })).toEqual({ hasOriginal: false, ...none })
    expect(changes({ original: null, headers: [SIGNED] }).signature).toBe('original')
  })
})
