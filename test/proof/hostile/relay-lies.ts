import type { Dice } from '../../helpers/fuzz.ts'
import { mangleBytes, mangleJson } from '../../helpers/fuzz.ts'
import { goodHead, rawFrame, WELCOME, type RelayConversation } from '../../helpers/hostile-relay.ts'

type Lie = (said: RelayConversation, dice: Dice, id: string) => void

const nothing = new Uint8Array()
const item = (said: RelayConversation, head: object, body: Uint8Array) =>
  said.ws.send(rawFrame(1, JSON.stringify(head), body))
const chunk = (said: RelayConversation, head: object, body: Uint8Array) =>
  said.ws.send(rawFrame(2, JSON.stringify(head), body))

/** What would break out of a request line or a header, in any place of a head that can be sent on. */
export const INJECTIONS: readonly Readonly<Record<string, unknown>>[] = [
  { method: 'GET /evil HTTP/1.1\r\nHost: x\r\n\r\nPOST' },
  { method: 'GET /evil' },
  { method: 'POST\n' },
  { method: '' },
  { method: 'G\u010aT' },
  { target: '/in/i HTTP/1.1\r\nEvil: yes\r\n\r\nGET /evil' },
  { target: '/in/i /evil HTTP/1.1' },
  { target: '/in/i\n/evil' },
  { target: '/in/i\r/evil' },
  { target: '/in/i\0/evil' },
  { target: '/in/i\u010d\u010a/evil' },
  { headers: [['a\r\nEvil', 'yes']] },
  { headers: [['a: b\r\nEvil', 'yes']] },
  { headers: [['Evil: yes', 'b']] },
  { headers: [['', 'b']] },
  { headers: [['a', 'b\r\nEvil: yes']] },
  { headers: [['a', 'b\nEvil: yes']] },
  { headers: [['a', 'b\r\n\r\nGET /evil HTTP/1.1\r\n\r\n']] },
  { headers: [['a', 'b\u010d\u010aEvil: yes']] },
  { headers: [['a', 'b\0c']] },
]

/** What a lying relay may send after its welcome, each in one way of many. */
export const LIES: Readonly<Record<string, Lie>> = {
  'random bytes': (said, dice) => said.ws.send(dice.bytes(dice.roll(300))),
  'random text': (said, dice) => said.ws.send(Buffer.from(dice.bytes(dice.roll(300))), { binary: false }),
  'a broken good frame': (said, dice, id) => {
    const body = dice.bytes(dice.roll(40))
    said.ws.send(mangleBytes(dice, rawFrame(1, JSON.stringify(goodHead(id, 1, body)), body)))
  },
  'a head with a wrong field': (said, dice, id) => {
    const body = dice.bytes(dice.roll(40))
    said.ws.send(rawFrame(1, mangleJson(dice, goodHead(id, 1, body)), body))
  },
  'a head that breaks out of its line': (said, dice, id) =>
    item(said, { ...goodHead(id, 1, nothing), ...dice.pick(INJECTIONS) }, nothing),
  'a length that lies': (said, dice, id) => {
    const body = dice.bytes(10)
    const head = goodHead(id, 1, body)
    if (dice.chance(0.5)) item(said, { ...head, bodyBytes: dice.pick([0, 9, 11, 2 ** 40, 2 ** 53 - 1]) }, body)
    else said.ws.send(rawFrame(1, JSON.stringify(head), body, dice.pick([0, 1, 0x7fffffff, 0xffffffff])))
  },
  'a hash that lies': (said, dice, id) => {
    const body = dice.bytes(1 + dice.roll(40))
    item(said, goodHead(id, 1, dice.bytes(40)), body)
    item(said, { ...goodHead(id, 1, body), sha256: 'f'.repeat(64) }, body)
  },
  'chunks in a wrong order': (said, dice, id) => {
    const body = dice.bytes(30)
    item(said, goodHead(id, 1, body, true), nothing)
    const order = dice.pick([[0, 2, 1], [1], [0, 0, 1, 2], [2, 1, 0], [0, 1, 3]])
    for (const n of order) chunk(said, { id, n, last: n === 2 }, body.subarray(n * 10, n * 10 + 10))
  },
  'chunks that are too many or too few': (said, dice, id) => {
    const body = dice.bytes(30)
    item(said, goodHead(id, 1, body, true), nothing)
    chunk(said, { id, n: 0, last: false }, body.subarray(0, 10))
    chunk(said, { id, n: 1, last: true }, dice.pick([nothing, body, body.subarray(10, 29), dice.bytes(20)]))
  },
  'a chunk of nothing': (said, dice, id) => chunk(said, { id, n: dice.roll(3), last: dice.chance(0.5) }, nothing),
  'an item amid another': (said, dice, id) => {
    const body = dice.bytes(20)
    item(said, goodHead(id, 1, body, true), nothing)
    if (dice.chance(0.5)) item(said, goodHead(`${id}-x`, 2, nothing), nothing)
    else item(said, { ...goodHead(id, 2, body, true), bucket: 'c' }, nothing)
  },
  'a second welcome and a goodbye': (said, dice) => {
    said.ws.send(mangleJson(dice, WELCOME))
    said.ws.send(mangleJson(dice, { type: 'closing', reason: 'x'.repeat(3000), reconnectInMs: -5 }))
    said.ws.close(dice.pick([1001, 1002, 1011, 4400, 4409]))
  },
  'a control message with a wrong field': (said, dice) => {
    const good = dice.pick<Record<string, unknown>>([
      { type: 'ping', nonce: 'n' },
      { type: 'pong', nonce: 'a1' },
      { type: 'inputs', inputs: WELCOME.inputs },
      { type: 'error', code: 'x', message: 'y' },
    ])
    said.ws.send(mangleJson(dice, good))
    said.ws.send('{"type":"pong","nonce":1}')
  },
  // Below WebSocket itself: reserved bits and opcodes, masks, lengths of exabytes, broken pieces of messages.
  'a broken WebSocket frame': (said, dice) =>
    said.socket.write(
      Buffer.from(
        dice.pick<readonly number[]>([
          [0xc1, 0x02, 0x61, 0x62],
          [0xf2, 0x00],
          [0x83, 0x00],
          [0x82, 0x81, 1, 2, 3, 4, 5],
          [0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
          [0x82, 0x7f, 0, 0, 0, 1, 0, 0, 0, 0],
          [0x00, 0x01, 0x61],
          [0x01, 0x01, 0x61, 0x01, 0x01, 0x61],
          [0x09, 0x00],
          [0x89, 0x7e, 0x00, 0x7e],
          [0x88, 0x01, 0x03],
          [0x88, 0x02, 0x03, 0xec],
        ]),
      ),
    ),
  // Good ones, so that what is right among what is wrong is seen to be stored, and acknowledged only then.
  'a good item twice, and an older one': (said, dice, id) => {
    const body = dice.bytes(dice.roll(100))
    item(said, goodHead(id, 9, body), body)
    item(said, { ...goodHead(id, 9, body), handout: 2 }, body)
    item(said, goodHead(`${id}-older`, 3, body), body)
  },
}
