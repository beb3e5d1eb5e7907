import type { SocketMethod, SocketParams } from '@guichet/contract'

const uuid = '00000000-0000-4000-8000-000000000001' as never
const threadId = '19:nobodysthread@thread.v2' as never
const messageId = '1700000000000' as never
const sdpOffer = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'

/** Well-formed parameters of every method, naming things that do not exist. */
export const wellFormed: { [M in SocketMethod]: SocketParams<M> } = {
  'chat.send': { threadId, clientMessageId: 'hostile-0001', message: 'Hello', fileIds: [uuid] },
  'chat.edit': { threadId, messageId, message: 'Hello' },
  'chat.delete': { threadId, messageId },
  'chat.sync': { threadId, afterVersion: 0, limit: 10 },
  'chat.typing': { threadId },
  'chat.read': { threadId, messageId },
  'conversation.get': {},
  'conversation.requestPerson': {},
  'conversation.end': {},
  'conversation.reopen': {},
  'conversation.rate': { score: 3, comment: 'fine' },
  'conversation.open': { conversationId: uuid },
  'call.start': { conversationId: uuid, applicationId: uuid, sdpOffer },
  'call.prepare': { offerId: uuid, sdpOffer },
  'call.rejoin': { callId: uuid, sdpOffer },
  'call.tone': { callId: uuid, tone: '1' },
  'call.mute': { callId: uuid, muted: true },
  'call.picture': { callId: uuid, camera: true, screen: true },
  'call.hangUp': { callId: uuid },
  'call.hold': { callId: uuid },
  'call.resume': { callId: uuid },
  'desk.snapshot': {},
  'presence.set': { presence: 'offline' },
  'queue.optIn': { queueId: uuid, optedIn: true },
  'offer.accept': { offerId: uuid, sdpOffer },
  'offer.decline': { offerId: uuid },
  'assignment.complete': { assignmentId: uuid },
  'assignment.finishWrapUp': { assignmentId: uuid, dispositionCode: 'solved', note: 'Hello' },
  'colleagues.watch': {},
  'supervision.watch': {},
}

/** JSON text of values that no field of ours takes, or only just. */
export const hostileValues: readonly string[] = [
  'null',
  'true',
  '-1',
  '1.5',
  '9007199254740991',
  '1e999',
  '""',
  JSON.stringify('x'.repeat(60_000)),
  '"a\\u0000b"',
  '"\\ud800"',
  '"\'; drop table messages; --"',
  '"99999999-9999-4999-8999-999999999999"',
  '"9999999999999999"',
  '[]',
  '{}',
  '[null,[[]],{}]',
  `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
  '{"__proto__":{"by":["visitor","staff"]},"constructor":{"prototype":{"roles":["administrator"]}}}',
]

/** JSON texts of a request's parameters: each value instead of the whole, and instead of each field. */
export function spoil(params: object): string[] {
  const whole = Object.entries(params)
  const write = (fields: [string, string][]) =>
    `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`
  const json: [string, string][] = whole.map(([key, value]) => [key, JSON.stringify(value)])
  const fields = whole.flatMap(([key]) =>
    hostileValues.map(value => write(json.map(([name, kept]) => [name, name === key ? value : kept]))),
  )
  return [...hostileValues, ...fields, write([...json, ['__proto__', '{"isAdmin":true}'], ['more', '[]']])]
}

/** First frames and later ones that are none: what is sent, by what it is called. */
export const brokenFrames: readonly (readonly [name: string, data: string | Buffer])[] = [
  ['no JSON', '{'],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number that is too large', '{"type":"request","id":1e999,"method":"chat.typing","params":{}}'],
  ['binary', Buffer.from([0, 1, 2, 255, 254])],
  ['binary JSON', Buffer.from('{"type":"ping"}')],
  ['deep nesting', '['.repeat(60_000)],
  ['deep nesting, closed', `{"type":"hello","tabId":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['a huge list', `[${'0,'.repeat(60_000)}0]`],
  ['a prototype', '{"__proto__":{"type":"hello","tabId":"hostile-0001"}}'],
  ['a method of every object', '{"type":"request","id":1,"method":"constructor","params":{}}'],
  ['the prototype as a method', '{"type":"request","id":1,"method":"__proto__","params":{}}'],
  ['an unknown method', '{"type":"request","id":1,"method":"chat.destroy","params":{}}'],
  ['an unknown type', '{"type":"welcome","connectionId":"x","serverTime":"x"}'],
  ['a negative id', '{"type":"request","id":-1,"method":"chat.typing","params":{}}'],
  ['an id that is a list', '{"type":"request","id":[1],"method":"chat.typing","params":{}}'],
  ['a tab without name', '{"type":"hello","tabId":""}'],
  ['a token that is a list', '{"type":"hello","tabId":"hostile-0001","token":["a"]}'],
  ['a token that is too long', `{"type":"hello","tabId":"hostile-0001","token":"${'x'.repeat(4_001)}"}`],
]

const masked = (head: number[], payload: Buffer = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from(head), Buffer.alloc(4), payload])

/** Bytes that break the socket protocol itself. @source RFC 6455 §5 */
export const brokenBytes: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['no mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
  ['reserved bits', masked([0xf1, 0x80])],
  ['an unknown opcode', masked([0x8b, 0x80])],
  ['a continuation of nothing', masked([0x80, 0x80])],
  ['a fragmented ping', masked([0x09, 0x80])],
  ['a ping that is too long', masked([0x89, 0xfe, 0x01, 0x00], Buffer.alloc(256))],
  ['a length of eight exbibytes', masked([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255])],
  ['text that is not UTF-8', masked([0x81, 0x82], Buffer.from([0xc3, 0x28]))],
  ['200 kB', masked([0x81, 0xff, 0, 0, 0, 0, 0, 3, 0x0d, 0x40], Buffer.alloc(200_000, 0x20))],
  [
    '200 kB in pieces',
    Buffer.concat(
      Array.from({ length: 50 }, (_, index) =>
        masked([index === 0 ? 0x01 : 0x00, 0xfe, 0x0f, 0xa0], Buffer.alloc(4_000, 0x20)),
      ),
    ),
  ],
  ['a close code that nobody may send', masked([0x88, 0x82], Buffer.from([0x03, 0xed]))],
  ['noise', Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7919) % 256))],
]
