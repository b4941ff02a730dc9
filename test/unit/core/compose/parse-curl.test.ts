import { describe, expect, it } from 'vitest'
import { parseCurl } from '../../../../core/compose/parse-curl.ts'

type Wanted = {
  readonly method?: string
  readonly url?: string
  readonly headers?: readonly [string, string][]
  readonly body?: string
  readonly notes?: readonly unknown[]
}

const FORM: [string, string] = ['Content-Type', 'application/x-www-form-urlencoded']
const JSON_TYPE: [string, string] = ['Content-Type', 'application/json']

function read(text: string): Required<Wanted> {
  const { content, body, notes } = parseCurl(text)
  const headers = content.headers.map(({ name, value }): [string, string] => [name, value])
  return { method: content.method, url: content.url, headers, body: Buffer.from(body).toString(), notes }
}

function refusal(text: string): string {
  try {
    parseCurl(text)
  } catch (problem) {
    expect(problem).toMatchObject({ error: { code: 'bad-input', field: 'text' } })
    return problem instanceof Error ? problem.message : ''
  }
  throw new Error('It was not refused.')
}

const commands: readonly [string, string, Wanted][] = [
  [
    'a URL alone',
    'curl http://localhost:3000/x',
    { method: 'GET', url: 'http://localhost:3000/x', headers: [], body: '' },
  ],
  ['a URL without a scheme', 'curl localhost:3000', { url: 'http://localhost:3000' }],
  ['a prompt before it', '$ curl http://a/', { url: 'http://a/' }],
  ['variables and sudo before it', 'FOO=bar sudo curl http://a/', { url: 'http://a/' }],
  ['the path of the program', '/usr/bin/curl http://a/', { url: 'http://a/' }],
  [
    'several lines',
    "curl \\\n  -X PUT \\\n  'http://a/b' \\\n  --data 'x=1'\n",
    { method: 'PUT', url: 'http://a/b', headers: [FORM], body: 'x=1' },
  ],
  ['lines that end as on Windows', "curl \\\r\n 'http://a/' \\\r\n -d x", { url: 'http://a/', body: 'x' }],
  ['data twice', 'curl http://a -d a=1 -d b=2', { method: 'POST', headers: [FORM], body: 'a=1&b=2' }],
  [
    'data with a type',
    `curl http://a -H 'content-type: application/json' -d '{"a": 1}'`,
    { headers: [['content-type', 'application/json']], body: '{"a": 1}' },
  ],
  ['no type', "curl http://a -H 'Content-Type:' -d x", { headers: [], body: 'x' }],
  [
    '--json',
    `curl http://a --json '{"a":1}' --json '[]'`,
    { method: 'POST', headers: [JSON_TYPE, ['Accept', 'application/json']], body: '{"a":1}[]' },
  ],
  ['--data-raw with an @', "curl http://a --data-raw '@not-a-file'", { body: '@not-a-file' }],
  [
    '--data-urlencode',
    "curl http://a --data-urlencode 'q=a b&c/é~' --data-urlencode '=x=y' --data-urlencode 'p q'",
    { body: 'q=a+b%26c%2F%C3%A9~&x%3Dy&p+q' },
  ],
  [
    '-G',
    "curl -G http://a/p?x=1 -d y=2 --data-urlencode 'z=3 4'",
    { method: 'GET', url: 'http://a/p?x=1&y=2&z=3+4', headers: [], body: '' },
  ],
  ['-G before a fragment', 'curl -G http://a/p#f -d y=2', { url: 'http://a/p?y=2#f' }],
  ['-I', 'curl -I http://a', { method: 'HEAD' }],
  [
    'options written together',
    "curl -sSLkXPATCH http://a -d'x=1' -H'X-A: 1'",
    {
      method: 'PATCH',
      body: 'x=1',
      headers: [['X-A', '1'], FORM],
      notes: [expect.stringContaining('Redirects'), expect.stringContaining('certificate')],
    },
  ],
  [
    '--url, user, cookies, agent and referer',
    "curl --url http://a -u me:pw -b 'a=1' -b 'b=2; c=3' -A agent -e http://r",
    {
      headers: [
        ['Authorization', 'Basic bWU6cHc='],
        ['User-Agent', 'agent'],
        ['Referer', 'http://r'],
        ['Cookie', 'a=1;b=2; c=3'],
      ],
    },
  ],
  [
    'a user in the URL',
    'curl http://me:p%40w@a:80/x',
    { url: 'http://a:80/x', headers: [['Authorization', `Basic ${Buffer.from('me:p@w').toString('base64')}`]] },
  ],
  ['a bearer', 'curl --oauth2-bearer T http://a', { headers: [['Authorization', 'Bearer T']] }],
  [
    'a header without a value, twice',
    "curl http://a -H 'X-Empty;' -H 'X-Twice: 1' -H 'x-twice: 2'",
    {
      headers: [
        ['X-Empty', ''],
        ['X-Twice', '1'],
        ['x-twice', '2'],
      ],
    },
  ],
  ['ANSI quotes', String.raw`curl http://a --data-raw $'a\'b\n\x41\u00e9\101\\ \t'`, { body: "a'b\nAéA\\ \t" }],
  ['double quotes', 'curl "http://a/\\"x\\"" -d "a\\\\b \\n c"', { url: 'http://a/"x"', body: 'a\\b \\n c' }],
  ['a quote within single quotes', String.raw`curl http://a -d 'it'\''s'`, { body: "it's" }],
  [
    'what the shell would put in',
    'curl http://a -H "Authorization: Bearer $TOKEN" -d "$(cat x | y)"',
    {
      headers: [['Authorization', 'Bearer $TOKEN'], FORM],
      body: '$(cat x | y)',
      notes: [expect.stringContaining('$TOKEN'), expect.stringContaining('$(cat x | y)')],
    },
  ],
  ['a comment and a pipe behind it', 'curl http://a -s # quiet\n', { url: 'http://a', notes: [] }],
  [
    'a pipe to another',
    'curl -s http://a 2>/dev/null | jq .',
    { url: 'http://a', notes: [expect.stringContaining('What follows')] },
  ],
  [
    'a here-document',
    'curl http://a --data-binary @- <<\'EOF\'\n{\n  "a": "$b"\n}\nEOF\n',
    { body: '{\n  "a": "$b"\n}\n' },
  ],
  ['a here-document as -d', 'curl -d @- http://a <<EOF\na\nb\nEOF', { body: 'ab' }],
  [
    'bytes in base64',
    "base64 --decode <<'EOF' | curl http://a -X POST --data-binary @-\naMO8\nEOF",
    { body: 'hü', method: 'POST' },
  ],
  [
    'a form',
    `curl http://a -F 'a=1' -F 'b="x;y";type=text/plain;filename=n.txt'`,
    {
      method: 'POST',
      headers: [['Content-Type', expect.stringMatching(/^multipart\/form-data; boundary=-{24}\w{22}$/)]],
      body: expect.stringMatching(
        /^(-+\w+)\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n\1\r\nContent-Disposition: form-data; name="b"; filename="n.txt"\r\nContent-Type: text\/plain\r\n\r\nx;y\r\n\1--\r\n$/,
      ),
    },
  ],
  [
    'an option that nobody knows',
    'curl http://a --frobnicate',
    { url: 'http://a', notes: [expect.stringContaining('--frobnicate')] },
  ],
  ['--next', 'curl http://a --next http://b', { url: 'http://a', notes: [expect.stringContaining('first')] }],
  ['two URLs', 'curl http://a http://b', { url: 'http://a', notes: [expect.stringContaining('URLs')] }],
  ['--request-target', "curl --request-target '/a#b' http://h:1/", { url: 'http://h:1/a#b' }],
  // As browsers copy them.
  [
    'Chrome, bash',
    "curl 'https://x.test/api?a=1' \\\n  -H 'accept: */*' \\\n  -H $'x-name: it\\'s' \\\n  -b 'sid=1' \\\n  --data-raw $'{\"q\":\"it\\u0021\"}' \\\n  --compressed",
    {
      method: 'POST',
      url: 'https://x.test/api?a=1',
      headers: [['accept', '*/*'], ['x-name', "it's"], FORM, ['Cookie', 'sid=1']],
      body: '{"q":"it!"}',
      notes: [expect.stringContaining('--compressed')],
    },
  ],
  [
    'Chrome, cmd',
    'curl ^"https://x.test/api?a=1^&b=2^" ^\r\n  -H ^"x-a: 1^" ^\r\n  --data-raw ^"^{^\\^"q^\\^":1^}^"',
    { url: 'https://x.test/api?a=1&b=2', headers: [['x-a', '1'], FORM], body: '{"q":1}' },
  ],
  [
    'PowerShell',
    "curl.exe -X POST 'http://a/x' `\r\n  -H 'X-A: it''s' `\r\n  --data-raw '{\\\"a\\\":1}'",
    { method: 'POST', url: 'http://a/x', headers: [['X-A', "it's"], FORM], body: '{"a":1}' },
  ],
  ['PowerShell with double quotes', 'curl.exe "http://a/`$x" -d "a`"b""c"', { url: 'http://a/$x', body: 'a"b"c' }],
  [
    'Postman',
    "curl --location --request POST 'http://localhost:3000/hooks' \\\n--header 'Content-Type: application/json' \\\n--data '{\n    \"a\": 1\n}'",
    { method: 'POST', url: 'http://localhost:3000/hooks', headers: [JSON_TYPE], body: '{\n    "a": 1\n}' },
  ],
  [
    'a Stripe example',
    'curl https://api.stripe.test/v1/charges \\\n  -u "sk_test_x:" \\\n  -d amount=2000 \\\n  -d "payment_method_types[]"=card',
    {
      headers: [['Authorization', `Basic ${Buffer.from('sk_test_x:').toString('base64')}`], FORM],
      body: 'amount=2000&payment_method_types[]=card',
    },
  ],
]

describe('a pasted cURL command', () => {
  it.each(commands)('is understood: %s', (_name, text, wanted) => {
    expect(read(text)).toMatchObject(wanted)
  })

  it('keeps bytes that are no text', () => {
    expect([...parseCurl(String.raw`curl http://a --data-raw $'\xff\xfe\x01'`).body]).toEqual([0xff, 0xfe, 1])
  })

  it('is the same request each time', () => {
    expect(read("curl http://a -F 'a=1'")).toEqual(read("curl http://a -F 'a=1'"))
  })

  it.each([
    ['curl http://a -d @secrets.json', 'secrets.json'],
    ['curl http://a --data-binary @/etc/passwd', '/etc/passwd'],
    ['curl http://a --data-urlencode name@file', 'file'],
    ['curl http://a -F up=@photo.png', 'photo.png'],
    ["curl http://a -F 'up=<notes.txt'", 'notes.txt'],
    ['curl http://a -H @headers.txt', 'headers.txt'],
    ['curl -T big.bin http://a', 'big.bin'],
    ['cat x | curl http://a -d @-', 'another command'],
    ['curl http://a -d @- < body.json', 'another command'],
  ])('never reads a file: %s', (text, named) => {
    expect(refusal(text)).toContain(named)
  })

  it.each([
    ['wget http://a', 'does not begin with curl'],
    ['', 'does not begin with curl'],
    ['curl -X POST', 'no URL'],
    ["curl 'http://a", 'no end'],
    ['curl "http://a', 'no end'],
    ["curl $'http://a", 'no end'],
    ["curl.exe 'http://a", 'no end'],
    ['curl http://a -F nothing', 'no field of a form'],
  ])('is refused with a sentence: %s', (text, sentence) => {
    expect(refusal(text)).toContain(sentence)
  })
})
