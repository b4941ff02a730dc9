import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCurl } from '../../core/compose/parse-curl.ts'
import type { CopyFormat } from '../../protocol/copy-as.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'

let desk: ComposeDesk

beforeEach(async () => {
  desk = await startComposeDesk()
})

afterEach(() => desk.stop())

const INPUT = '/in/6f6e652d-7365-4372-8574-2d696e707574'
const SECRETS = ['Bearer s3cret-token', 'sid=s3cret-cookie', 't=1,v1=s3cretsignature', 's3cret-key', 's3cret-amazon']
const headers: HeaderLine[] = [
  ['Host', 'relay.example.com'],
  ['Content-Type', 'application/json'],
  ['authorization', SECRETS[0] ?? ''],
  ['Cookie', SECRETS[1] ?? ''],
  ['Stripe-Signature', SECRETS[2] ?? ''],
  ['X-Api-Key', SECRETS[3] ?? ''],
  ['X-Amz-Security-Token', SECRETS[4] ?? ''],
  ['X-Plain', "it's plain"],
  ['Transfer-Encoding', 'chunked'],
]
const FORMATS: readonly CopyFormat[] = ['curl-bash', 'curl-powershell', 'raw-http', 'json']

function store(body: Uint8Array = Buffer.from('{"a":"\u00fc"}\n')): Promise<RequestId> {
  return desk.store(body, { headers, requestTarget: `${INPUT}/hooks?a=1`, mountBytes: INPUT.length })
}

async function copy(id: RequestId, format: CopyFormat, withSecrets = false) {
  const { hidden, length } = await desk.copies['requests:copy-as']({ id, format, withSecrets })
  expect(desk.copied()).toHaveLength(length)
  return { hidden, text: desk.copied() }
}

describe('a request that is copied', () => {
  it.each(FORMATS)('hides what is secret in %s, and tells whose', async (format) => {
    const id = await store()
    const { hidden, text } = await copy(id, format)
    expect(hidden).toEqual(['authorization', 'Cookie', 'Stripe-Signature', 'X-Api-Key', 'X-Amz-Security-Token'])
    for (const secret of [...SECRETS, INPUT]) expect(text).not.toContain(secret)
    expect(text).toContain('<hidden>')
    expect(text).toContain('plain')
    const open = await copy(id, format, true)
    expect(open.hidden).toEqual([])
    for (const secret of SECRETS) expect(open.text).toContain(secret)
  })

  it.each(FORMATS)('carries nothing of what was noted about it in %s', async (format) => {
    const id = await store()
    const before = await copy(id, format, true)
    await desk.engine.history.requests.setNote(id, 'ask Jonas')
    await desk.engine.history.requests.setColour([id], 4)
    expect(await copy(id, format, true)).toEqual(before)
  })

  it('hides what the settings name, and nothing else', async () => {
    await desk.settings.save({ secretHeaders: ['x-pl*'] })
    const { hidden, text } = await copy(await store(), 'raw-http')
    expect(hidden).toEqual(['X-Plain'])
    expect(text).toContain(SECRETS[0])
  })

  it('goes as cURL where it would be resent to, without the lines that curl sets', async () => {
    await desk.addSource(['http://localhost:4242/base'])
    const { text } = await copy(await store(), 'curl-bash', true)
    const { content, body } = parseCurl(text)
    expect(content.url).toBe('http://localhost:4242/base/hooks?a=1')
    expect(content.headers.map(({ name, value }) => [name, value])).toEqual(headers.slice(1, -1))
    expect(Buffer.from(body).toString()).toBe('{"a":"\u00fc"}\n')
  })

  it('is raw HTTP as it was received', async () => {
    const { text } = await copy(await store(), 'raw-http', true)
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    expect(text).toBe(`POST ${INPUT}/hooks?a=1 HTTP/1.1\r\n${lines}\r\n{"a":"\u00fc"}\n`)
    expect((await copy(await store(Buffer.from([0, 255])), 'raw-http')).text).toMatch(
      /\r\n\r\n\(2 bytes, here in base64\)\r\nAP8=$/,
    )
  })

  it('is JSON with its lines as pairs and its body as text, or in base64', async () => {
    const { text } = await copy(await store(), 'json', true)
    expect(JSON.parse(text)).toMatchObject({
      method: 'POST',
      target: `${INPUT}/hooks?a=1`,
      headers,
      body: { bytes: 11, text: '{"a":"\u00fc"}\n' },
    })
    const binary = JSON.parse((await copy(await store(Buffer.from([0, 255])), 'json')).text) as unknown
    expect(binary).toMatchObject({ body: { bytes: 2, base64: 'AP8=' } })
  })

  it('is refused when it is too large for a clipboard, and when it is gone', async () => {
    const large = await store(Buffer.alloc(9 * MIB))
    await expect(copy(large, 'json')).rejects.toMatchObject({ error: { code: 'conflict' } })
    await desk.engine.history.requests.delete([large])
    await expect(copy(large, 'json')).rejects.toMatchObject({ error: { code: 'not-found' } })
  })
})

describe('a request as cURL for PowerShell', () => {
  async function copyBody(body: Uint8Array, lines: HeaderLine[] = []): Promise<string> {
    const id = await desk.store(body, { headers: lines, requestTarget: '/in/x/hooks', mountBytes: 5 })
    return (await copy(id, 'curl-powershell')).text
  }

  it('has its body in a file, as text where a terminal cannot change it', async () => {
    expect(
      await copyBody(Buffer.from(`{"it's":"\u2019\u00fc"}`), [
        ['Accept', '*/*'],
        ['User-Agent', "a'b"],
        ['Content-Type', 'x/y'],
      ]),
    ).toBe(
      [
        '$body = New-TemporaryFile',
        `[IO.File]::WriteAllText($body, '{"it''s":"\u2019\u2019\u00fc"}')`,
        'curl.exe http://localhost:3000/hooks `',
        "  -H 'Accept: */*' `",
        "  -H 'User-Agent: a''b' `",
        "  -H 'Content-Type: x/y' `",
        '  --data-binary "@$body"',
        'Remove-Item $body',
      ].join('\n'),
    )
  })

  it('has bytes, and text with line ends, in base64', async () => {
    const bytes = Buffer.from([0, 255, 13, 10])
    expect(await copyBody(bytes)).toContain(
      `WriteAllBytes($body, [Convert]::FromBase64String('${bytes.toString('base64')}'))`,
    )
    const text = Buffer.from('{\r\n}')
    expect(await copyBody(text)).toContain(`FromBase64String('${text.toString('base64')}')`)
  })

  it('has its header lines in a file where one has a quote or what is not ASCII', async () => {
    const lines: HeaderLine[] = [
      ['X-Quote', 'a "b"'],
      ['X-Bytes', 'caf\u00e9'],
    ]
    const text = await copyBody(Buffer.alloc(0), lines)
    const written = /WriteAllBytes\(\$headers, \[Convert\]::FromBase64String\('([^']+)'\)\)/.exec(text)?.[1] ?? ''
    expect(Buffer.from(written, 'base64').toString('latin1')).toBe(
      'X-Quote: a "b"\nX-Bytes: caf\u00e9\nAccept:\nUser-Agent:\nContent-Type:\n',
    )
    expect(text).toContain('-H "@$headers"')
    expect(text).toContain('Remove-Item $headers')
  })
})
