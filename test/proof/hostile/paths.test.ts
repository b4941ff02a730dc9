import { expect, test } from 'vitest'
import { sendUntilClosed, startAttackedRelay, startGoodSender } from '../../helpers/hostile-http.ts'
import { report } from '../../helpers/ledger.ts'
import { ADMIN } from '../../helpers/relay-administration.ts'

/** `mine` and `other` are `/in/<id>`; what an input must get is given as the rest behind it, everything else must reach nobody. */
type Trick = { readonly target: string; readonly rest?: string }

function tricks(mine: string, other: string): readonly Trick[] {
  const long = 'x'.repeat(60_000)
  const others = [
    '/../v1/buckets',
    '/../../v1/tokens',
    '/%2e%2e/%2e%2e/v1/buckets',
    '/..%2f..%2fv1%2fbuckets',
    '/..\\..\\v1\\buckets',
    `/..${other.slice(3)}`,
    `/../../..${other}`,
    `%2f..${other}`,
    `;/${other}`,
    `?x=${other}`,
    `#${other}`,
    `//${other}`,
    `@127.0.0.1${other}`,
    'x',
    `/${long}`,
  ]
  return [
    ...others.map((rest) => ({ target: `${mine}${rest}`, rest })),
    { target: `/IN${mine.slice(3)}/IN`, rest: '/IN' },
    { target: `${mine.toUpperCase()}/upper`, rest: '/upper' },
    { target: `http://evil.example${mine}/absolute`, rest: '/absolute' },
    { target: `https://evil.example:1${mine}/absolute-tls`, rest: '/absolute-tls' },
    { target: `http://${mine}/no-host`, rest: '/no-host' },
    ...[
      '/in/../v1/buckets',
      '/in/%2e%2e/v1/buckets',
      '/in/..%2fv1%2fbuckets',
      `/in/..${other}`,
      `/in//${mine.slice(4)}`,
      `/in/%2e/${mine.slice(4)}`,
      `/in/ ${mine.slice(4)}`,
      `/in/${mine.slice(4, 20)}`,
      `/in/${long}`,
      '/in/__proto__',
      '/in/constructor',
      '/in',
      '/in?/v1/buckets',
      `//in/..${mine}`,
      `/${mine}`,
      `/./${mine.slice(1)}`,
      `/x/..${mine}`,
      `/%69n${mine.slice(3)}`,
      `/in%2f${mine.slice(4)}`,
      `\\in\\${mine.slice(4)}`,
      `/in\\${mine.slice(4)}`,
      `/in\0${mine.slice(3)}`,
      `ftp://127.0.0.1${mine}`,
      `127.0.0.1${mine}`,
      `http:${mine}`,
      `http:/${mine}`,
      `http://evil.example/x?y=${mine}`,
      `http://evil.example?${mine}`,
      `http://evil.example/v1/buckets`,
      `http://evil.example@127.0.0.1/v1/buckets`,
      `//127.0.0.1/v1/buckets`,
      '//v1/buckets',
      '/v1//buckets',
      '/v1/buckets/..;/buckets',
      '/v1%2fbuckets',
      '/V1/buckets',
      '/v1/../v1/buckets',
      '*',
      '?',
      `/${long}`,
    ].map((target) => ({ target })),
  ]
}

test('no trick with a target reaches administration through the inputs, another input, or no input at all', async () => {
  const relay = await startAttackedRelay()
  const good = startGoodSender(relay.port, relay.path)
  const before = await relay.bucketCount()
  const all = tricks(relay.path, relay.otherPath)
  const body = '{"name":"owned"}'
  // With all rights: whatever came to administration would be carried out.
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${ADMIN}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  const answered = await Promise.all(
    all.map(async (trick) => {
      const request = `POST ${trick.target} HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n${body}`
      return { ...trick, answers: await sendUntilClosed(relay.port, request) }
    }),
  )
  const { served, unserved, slowestMs } = await good.stop()
  const statuses = new Map<string, number>()
  for (const { target, rest, answers } of answered) {
    const what = `${target.slice(0, 80)}: ${answers.map((answer) => answer.status).join()}`
    expect(answers, what).toHaveLength(1)
    const status = answers[0]?.status ?? 0
    statuses.set(`answered ${status}`, (statuses.get(`answered ${status}`) ?? 0) + 1)
    if (rest !== undefined) expect(status, what).toBe(200)
    // Unknown inputs are answered as known ones; outside of them nothing is there.
    else if (/^(?:https?:\/\/[^/?#]*)?\/in\//i.test(target) && !/[ \0]/.test(target)) expect(status, what).toBe(200)
    else expect([400, 403, 404], what).toContain(status)
  }
  const stored = (await relay.items()).filter(({ kind }) => kind === 'request').map(({ target }) => target)
  const expected = all.filter(({ rest }) => rest !== undefined).map(({ target }) => target)
  expect(stored.filter((target) => !target.endsWith('/good')).toSorted()).toEqual(expected.toSorted())
  expect(await relay.items(relay.otherPath)).toEqual([])
  expect(await relay.bucketCount()).toBe(before)
  expect(unserved).toEqual([])
  expect(relay.complaints()).toEqual([])
  report('tricks with targets', {
    sent: all.length,
    ...Object.fromEntries(statuses),
    'reached another input': 0,
    'reached administration': 0,
    'served meanwhile': served,
    'slowest ms': slowestMs,
    'memory peak MiB': (await relay.memory.usage()).peakMiB,
  })
})
