import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { exchangeRaw, openRaw } from '../helpers/raw-http.ts'
import { startRelayProcess } from '../helpers/relay-process.ts'
import { temporaryFolder } from '../helpers/running-relay.ts'

const MAIN = ['cli/main.ts', 'relay']
const ADMIN = 'an-admin-token-for-tests'

async function settings(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const folder = await temporaryFolder()
  return {
    CREEL_PORT: '0',
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: join(folder, 'data'),
    CREEL_ADMIN_TOKEN: ADMIN,
    ...more,
  }
}

async function makeInput(url: string, token = ADMIN): Promise<{ bucket: string; path: string }> {
  const ask = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return ((await answer.json()) as { id: string }).id
  }
  const bucket = await ask('/v1/buckets', { name: 'b' })
  return { bucket, path: `/in/${await ask(`/v1/buckets/${bucket}/inputs`, {})}` }
}

async function uncommittedBytes(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${ADMIN}` } })
  return ((await answer.json()) as { uncommittedBytes: number }).uncommittedBytes
}

describe('bad settings end it with 2 and one sentence that names the variable', () => {
  test.each([
    ['CREEL_PORT', 'eighty'],
    ['CREEL_PORT', '70000'],
    ['CREEL_OPS_PORT', 'none'],
    ['CREEL_HOST', 'a host'],
    ['CREEL_PUBLIC_URL', 'hooks.example'],
    ['CREEL_PUBLIC_URL', 'https://hooks.example/?a'],
    ['CREEL_KEY', 'short'],
    ['CREEL_ADMIN_TOKEN', 'short'],
    ['CREEL_MAX_BODY_BYTES', '25 parsecs'],
    ['CREEL_TTL', 'soon'],
    ['CREEL_UNKNOWN_INPUTS', 'maybe'],
    ['CREEL_LOG_LEVEL', 'loud'],
    ['CREEL_REQUEST_TIMEOUT', '0'],
  ])('%s=%s', async (variable, text) => {
    const { code, stdout, stderr } = await startRelayProcess(MAIN, await settings({ [variable]: text })).finished
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(new RegExp(`^${variable} must be [^\\n]+\\.\\n$`))
    if (variable === 'CREEL_KEY' || variable === 'CREEL_ADMIN_TOKEN') expect(stderr).not.toContain(text)
  })
})

describe('a start that cannot be', () => {
  test('a taken port is said with the variable that sets it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await eventually(() => expect(other.listening).toBe(true))
    const address = other.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const { code, stderr } = await startRelayProcess(MAIN, await settings({ CREEL_PORT: port })).finished
    expect(code).toBe(1)
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken`)
    expect(stderr).toContain('CREEL_PORT')
  })

  test('a data folder that cannot be made is said so', async () => {
    const { code, stderr } = await startRelayProcess(MAIN, await settings({ CREEL_DATA_DIR: '/dev/null/data' }))
      .finished
    expect(code).toBe(1)
    expect(stderr).toMatch(/^CREEL_DATA_DIR is \/dev\/null\/data, which cannot be used/)
  })

  test('an administration token whose file was emptied is said so, or nobody could get in', async () => {
    const env = await settings({ CREEL_ADMIN_TOKEN: '' })
    const folder = env['CREEL_DATA_DIR'] ?? ''
    await mkdir(folder)
    await writeFile(join(folder, 'admin-token'), '\n', { mode: 0o600 })
    const { code, stderr } = await startRelayProcess(MAIN, env).finished
    expect(code).toBe(1)
    expect(stderr).toMatch(/^\S+admin-token should hold at least 16 characters[^\n]+\n$/)
  })

  test('a second relay on the same data is refused', async () => {
    const env = await settings()
    await startRelayProcess(MAIN, env).up()
    const { code, stderr } = await startRelayProcess(MAIN, env).finished
    expect(code).toBe(1)
    expect(stderr).toMatch(/^\S+relay\.sqlite is in use by another relay\. Stop that one, .*CREEL_DATA_DIR\.\n$/)
  })
})

describe('running', () => {
  test('without an admin token one is made, printed once, kept in a 0600 file, and works after a restart', async () => {
    const env = await settings({ CREEL_ADMIN_TOKEN: '' })
    const first = startRelayProcess(MAIN, env)
    const { url } = await first.up()
    const file = join(env['CREEL_DATA_DIR'] ?? '', 'admin-token')
    const token = (await readFile(file, 'utf8')).trim()
    expect(first.stderr()).toContain(token)
    expect(first.stdout()).not.toContain(token)
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
    await makeInput(url, token)
    first.child.kill('SIGTERM')
    expect((await first.finished).code).toBe(0)
    const second = startRelayProcess(MAIN, env)
    const again = await second.up()
    expect(second.stderr()).toBe('')
    const answer = await fetch(`${again.url}/v1/buckets`, { headers: { authorization: `Bearer ${token}` } })
    expect(await answer.json()).toMatchObject({ buckets: [{ name: 'b' }] })
  })

  test('a misspelt variable is mentioned', async () => {
    const relay = startRelayProcess(MAIN, await settings({ CREEL_PROT: '1' }))
    await relay.up()
    expect(relay.stderr()).toContain('CREEL_PROT')
  })

  test('the operations port says that it lives, is ready, and what it counts', async () => {
    const relay = startRelayProcess(MAIN, await settings())
    const { url, port, ops } = await relay.up()
    const { path } = await makeInput(url)
    await fetch(`${url}${path}`, { method: 'POST', body: 'abc' })
    await fetch(`${url}${path}`, { method: 'POST', body: 'def' })
    await exchangeRaw(port, `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: miracle\r\n\r\n`)
    expect((await fetch(`${ops}/live`)).status).toBe(200)
    expect((await fetch(`${ops}/ready`)).status).toBe(200)
    const metrics = await (await fetch(`${ops}/metrics`)).text()
    expect(metrics).toMatch(/^creel_requests_accepted_total 2$/m)
    expect(metrics).toMatch(/^creel_body_bytes_total 6$/m)
    // The third is the rejected item.
    expect(metrics).toMatch(/^creel_items 3$/m)
    expect(metrics).toMatch(/^creel_requests_refused_total\{reason="expectation"\} 1$/m)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    expect((await fetch(`${ops}/elsewhere`)).status).toBe(404)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s during an upload finishes it, then it ends with 0', async (signal) => {
    const env = await settings()
    const relay = startRelayProcess(MAIN, env)
    const { url, port } = await relay.up()
    const { path, bucket } = await makeInput(url)
    const connection = await openRaw(port)
    connection.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n${'a'.repeat(300_000)}`)
    const idle = await openRaw(port)
    await eventually(async () => expect(await uncommittedBytes(url)).toBeGreaterThan(0))
    relay.child.kill(signal)
    // New connections are refused while the old one may go on.
    await eventually(async () => {
      await expect(fetch(`${url}/`)).rejects.toThrow()
    })
    connection.write('b'.repeat(300_000))
    expect(await connection.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
    const { code, stderr } = await relay.finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    idle.close()
    const next = startRelayProcess(MAIN, env)
    const again = await next.up()
    const list = await fetch(`${again.url}/v1/buckets/${bucket}/requests`, {
      headers: { authorization: `Bearer ${ADMIN}` },
    })
    expect(await list.json()).toMatchObject({ requests: [{ bodyBytes: 600_000 }] })
  })

  test('an upload that does not end in time is cut off, and the end is still a good one', async () => {
    const relay = startRelayProcess(MAIN, await settings({ CREEL_STOP_TIMEOUT: '200ms' }))
    const { url, port } = await relay.up()
    const { path } = await makeInput(url)
    const connection = await openRaw(port)
    connection.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\naaa`)
    await eventually(async () => expect(await uncommittedBytes(url)).toBeGreaterThan(0))
    relay.child.kill('SIGTERM')
    expect((await relay.finished).code).toBe(0)
    await connection.closed
  })

  test('the log holds no token, no secret and no body', async () => {
    const relay = startRelayProcess(MAIN, await settings({ CREEL_LOG_LEVEL: 'trace' }))
    const { url } = await relay.up()
    const { path, bucket } = await makeInput(url)
    await fetch(`${url}${path}`, { method: 'POST', body: 'a-body-nobody-logs' })
    const made = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 't', buckets: [bucket] }),
    })
    const { secret } = (await made.json()) as { secret: string }
    relay.child.kill('SIGTERM')
    const { stdout, stderr } = await relay.finished
    expect(stdout).toContain('administration')
    for (const hidden of [ADMIN, secret, 'a-body-nobody-logs']) expect(stdout + stderr).not.toContain(hidden)
  })
})

describe('creel on the command line', () => {
  test('creel relay --help lists every setting with its variable', async () => {
    const { SETTINGS } = await import('../../relay/settings.ts')
    const { code, stdout } = await startRelayProcess(['cli/main.ts', 'relay', '--help'], {}).finished
    expect(code).toBe(0)
    for (const [variable, { flag }] of Object.entries(SETTINGS)) {
      expect(stdout).toContain(variable)
      expect(stdout).toContain(flag)
    }
  })

  test('an option goes before its variable', async () => {
    const env = await settings({ CREEL_PORT: 'nonsense' })
    const relay = startRelayProcess(['cli/main.ts', 'relay', '--port', '0'], env)
    expect((await relay.up()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const bad = await startRelayProcess(['cli/main.ts', 'relay', '--ttl', 'soon'], env).finished
    expect(bad.code).toBe(2)
    const unknown = await startRelayProcess(['cli/main.ts', 'relay', '--nonsense'], env).finished
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('--nonsense') })
  })
})
