import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPageServer } from '../../../main/page-server.ts'

let root: string
let serve: (request: Request) => Promise<Response>

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'creel-page-'))
  await writeFile(join(root, 'index.html'), '<!doctype html><html><head><title>Creel</title></head></html>')
  await writeFile(join(root, 'app.js'), 'export {}')
  serve = createPageServer({ root, bodies: { bodyInfo: async () => null, readBody: async () => null } })
})
afterAll(() => rm(root, { recursive: true }))

function ask(path: string, init?: RequestInit): Promise<Response> {
  return serve(new Request(`creel-app://app${path}`, init))
}

describe('the page', () => {
  test('comes with a strict policy and a nonce that is new for each load', async () => {
    const [one, other] = [await ask('/'), await ask('/')]
    const policy = one.headers.get('content-security-policy') ?? ''
    const nonce = /name="csp-nonce" content="([^"]+)"/.exec(await one.text())?.[1]
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain(`'nonce-${nonce}'`)
    expect(other.headers.get('content-security-policy')).not.toBe(policy)
  })

  test('brings its files with their types', async () => {
    const answer = await ask('/app.js')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  })

  test.each(['/missing.js', '/%2e%2e/secret', '/..%2f..%2fetc/passwd', '/assets'])(
    'gives nothing for %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404)
    },
  )

  test('is on one host only', async () => {
    expect((await serve(new Request('creel-app://other/'))).status).toBe(404)
  })

  test('answers GET and HEAD only', async () => {
    expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405)
  })

  test.each([
    '/body/0?part=request',
    '/body/x?part=request',
    '/body/1',
    '/body/1?part=other',
    '/body/1/2?part=request',
  ])('refuses the malformed body address %s', async (path) => {
    expect((await ask(path)).status).toBe(400)
  })
})
