import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMountFinder } from '../../../../relay/ingest/mount.ts'

const ID = '0b0e7c6a-3c5d-4e8f-9a1b-2c3d4e5f6a7b'

describe('a request target', () => {
  const mounts = createMountFinder('')

  test.each([
    [`/in/${ID}`, ''],
    [`/in/${ID}/`, '/'],
    [`/in/${ID}?`, '?'],
    [`/in/${ID}//a/../b?x=%2f`, '//a/../b?x=%2f'],
    [`/in/${ID};v=1`, ';v=1'],
    [`http://host.example/in/${ID}/x`, '/x'],
    [`https://[::1]:4480/in/${ID}?q`, '?q'],
    [`/in/${ID.toUpperCase()}/x`, '/x'],
  ])('%s has its input and the rest', (target, rest) => {
    const mount = mounts.find(target)
    expect(mount?.inputId).toBe(ID)
    expect(target.slice(mount?.mountBytes)).toBe(rest)
    expect(mounts.isIngest(target)).toBe(true)
  })

  test.each(['/in/', '/in/nonsense', `/in/${ID.slice(0, -1)}`, `/in//${ID}`])(
    "%s is a sender's, but of no input",
    (target) => {
      expect(mounts.find(target)).toBeNull()
      expect(mounts.isIngest(target)).toBe(true)
    },
  )

  test.each(['/', '*', '/in', '/inn/x', `/v1/in/${ID}`, `?/in/${ID}`, `//in/${ID}`, `http:/in/${ID}`])(
    "%s is no sender's",
    (target) => {
      expect(mounts.find(target)).toBeNull()
      expect(mounts.isIngest(target)).toBe(false)
    },
  )

  test('whatever follows the input is its rest, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', 'http://h'), (rest, origin) => {
        const target = `${origin}/in/${ID}${rest}`
        expect(target.slice(mounts.find(target)?.mountBytes)).toBe(rest)
      }),
    )
  })
})

describe('the path of the public URL', () => {
  const mounts = createMountFinder('/a.b/c')

  test('may stand before the input or not', () => {
    expect(mounts.find(`/a.b/c/in/${ID}/x`)).toEqual({ inputId: ID, mountBytes: 10 + ID.length })
    expect(mounts.find(`/in/${ID}/x`)).toEqual({ inputId: ID, mountBytes: 4 + ID.length })
    expect(mounts.find(`/aXb/c/in/${ID}`)).toBeNull()
  })

  test.each([
    ['/a.b/c/v1/agent?x', '/v1/agent?x'],
    ['/v1/agent', '/v1/agent'],
    ['/a.b/c', '/'],
    ['/a.b/cd', '/a.b/cd'],
    ['http://host/v1/x', '/v1/x'],
    ['http://host', '/'],
  ])('%s is %s to agents and administrators', (target, local) => {
    expect(mounts.local(target)).toBe(local)
  })
})
