import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildRequest } from '../testing/builders.ts'
import { checkMessage } from './check.ts'
import {
  contentType,
  event,
  formatDate,
  formatReason,
  formatReplaces,
  formatSessionExpires,
  formatWarning,
  minSessionExpires,
  parseDate,
  parseReplaces,
  rack,
  reasons,
  referTo,
  replaces,
  retryAfter,
  rseq,
  sessionExpires,
  subscriptionState,
  warnings,
} from './extensions.ts'
import { formatNameAddress } from './name-address.ts'
import { noParams } from './params.ts'
import {
  allows,
  assertedIdentities,
  contactExpires,
  contacts,
  hasOptionTag,
  maxForwards,
  privacy,
} from './typed.ts'
import { isSipUri } from './uri.ts'

const one = (name: string, value: string) => ({ headers: [name, value] })

test('session timers', () => {
  assert.deepEqual(sessionExpires(one('Session-Expires', '1800 ; Refresher=UAS')), {
    seconds: 1_800,
    refresher: 'uas',
  })
  assert.deepEqual(sessionExpires(one('Session-Expires', '90;refresher=who')), { seconds: 90 })
  assert.equal(sessionExpires(one('Session-Expires', 'soon')), undefined)
  assert.equal(formatSessionExpires({ seconds: 90, refresher: 'uac' }), '90;refresher=uac')
  assert.equal(minSessionExpires(one('Min-SE', '300;x')), 300)
  assert.equal(minSessionExpires({ headers: [] }), 90)
})

test('reliable provisional responses', () => {
  assert.deepEqual(rack(one('RAck', '776656 1 INVITE')), { rseq: 776_656, sequence: 1, method: 'INVITE' })
  for (const wrong of ['1 INVITE', '1 2', 'a 1 INVITE', '1 1 INVITE x'])
    assert.equal(rack(one('RAck', wrong)), undefined)
  assert.equal(rseq(one('RSeq', '988789')), 988_789)
})

test('Retry-After with a comment and parameters', () => {
  const read = (value: string) => retryAfter(one('Retry-After', value))
  assert.deepEqual(
    ['18000;duration=3600', '120 (I am in a meeting)', '5', 'x', '5x', '99999999999'].map(read),
    [18_000, 120, 5, undefined, undefined, undefined],
  )
})

test('Replaces, alone and within Refer-To', () => {
  const dialog = { callId: '98732@sip.example.com', toTag: 'r33th4x0r', fromTag: 'ff87ff', earlyOnly: false }
  assert.deepEqual(replaces(one('Replaces', formatReplaces(dialog))), dialog)
  assert.equal(parseReplaces('1;to-tag=a;from-tag=b;early-only')?.earlyOnly, true)
  assert.equal(parseReplaces('1;local-tag=a;remote-tag=b')?.fromTag, 'b')
  for (const wrong of ['', '1', '1;to-tag=a', ';to-tag=a;from-tag=b'])
    assert.equal(parseReplaces(wrong), undefined)
  const written = formatNameAddress({
    uri: {
      scheme: 'sip',
      user: 'bob',
      host: 'example.com',
      params: noParams,
      headers: new Map([['Replaces', formatReplaces(dialog)]]),
    },
  })
  const target = referTo(one('Refer-To', written))
  assert.ok(target && isSipUri(target.uri))
  assert.deepEqual(parseReplaces(target.uri.headers.get('replaces') ?? ''), dialog)
})

test('Reason and Warning', () => {
  const value = 'SIP ;cause=200 ;text="Call, completed elsewhere", Q.850;cause=16, "'
  assert.deepEqual(reasons(one('Reason', value)), [])
  assert.deepEqual(reasons(one('Reason', value.slice(0, -3))), [
    { protocol: 'SIP', cause: 200, text: 'Call, completed elsewhere' },
    { protocol: 'Q.850', cause: 16 },
  ])
  assert.equal(formatReason({ protocol: 'SIP', cause: 486, text: 'Busy' }), 'SIP;cause=486;text="Busy"')
  const warning = { code: 307, agent: 'isi.edu', text: 'Session "parameter" not understood' }
  assert.deepEqual(warnings(one('Warning', `${formatWarning(warning)}, 1 a "b", x`)), [warning])
})

test('content, events and subscriptions', () => {
  const type = contentType(one('Content-Type', 'Text/HTML ; charset=ISO-8859-4'))
  assert.deepEqual([type?.mediaType, type?.params.get('charset')], ['text/html', 'ISO-8859-4'])
  for (const wrong of ['', 'text', '/x', 'text/', 'a/b;;'])
    assert.equal(contentType(one('c', wrong)), undefined)
  assert.deepEqual(event({ headers: ['Event', 'refer;id=7'] })?.id, '7')
  assert.deepEqual(
    subscriptionState(one('Subscription-State', 'Terminated;reason=noresource;retry-after=5')),
    {
      state: 'terminated',
      reason: 'noresource',
      retryAfterSeconds: 5,
    },
  )
})

test('dates are in GMT', () => {
  const atMs = Date.UTC(2010, 10, 13, 23, 29, 0)
  assert.equal(formatDate(atMs), 'Sat, 13 Nov 2010 23:29:00 GMT')
  assert.equal(parseDate(formatDate(atMs)), atMs)
  for (const wrong of [
    '',
    'Sat, 13 Nov 2010 23:29:00 EST',
    'Sat, 13 Nov 2010 24:29:00 GMT',
    'Sat, 3 Nov 2010 23:29:00 GMT',
  ])
    assert.equal(parseDate(wrong), undefined, wrong)
})

test('lists of tokens and identities', () => {
  const request = buildRequest('INVITE', {
    headers: {
      Supported: '100rel, TIMER',
      Allow: 'INVITE,ACK',
      Privacy: 'id;Header',
      'P-Asserted-Identity': '"A" <sip:+1@a>, <tel:+1>',
    },
  })
  assert.equal(hasOptionTag(request, 'Supported', 'timer'), true)
  assert.equal(hasOptionTag(request, 'Require', 'timer'), false)
  assert.deepEqual([allows(request, 'ACK'), allows(request, 'UPDATE')], [true, false])
  assert.equal(allows(buildRequest('BYE'), 'UPDATE'), undefined)
  assert.deepEqual(privacy(request), ['id', 'header'])
  assert.equal(assertedIdentities(request)?.[1]?.uri.scheme, 'tel')
})

test('contacts expire by their own parameter, the header, or an hour', () => {
  const message = {
    headers: ['Contact', '<sip:a@b>;expires=60, <sip:c@d>, <sip:e@f>;expires=x', 'Expires', '300'],
  }
  const all = contacts(message)
  assert.ok(all && all !== '*')
  assert.deepEqual(
    all.map(contact => contactExpires(message, contact)),
    [60, 300, 3_600],
  )
})

test('a check finds what nobody asked for', () => {
  const find = (name: string, value: string) =>
    checkMessage(buildRequest('INVITE', { headers: { [name]: value } }))?.detail
  const table: [string, string, boolean][] = [
    ['Max-Forwards', '256', false],
    ['Max-Forwards', '255', true],
    ['Contact', '<sip:a@b>;;', false],
    ['Route', 'x', false],
    ['Supported', '', true],
    ['Require', 'a b', false],
    ['Expires', '-1', false],
    ['Date', 'today', false],
    ['Warning', '1812 a "b"', false],
    ['Refer-To', '<sip:a@b?x=%22>', true],
    ['Content-Type', 'sdp', false],
    ['X-Unknown', ';;,,"', true],
  ]
  for (const [name, value, right] of table)
    assert.equal(find(name, value), right ? undefined : `${name} is malformed.`, `${name}: ${value}`)
  assert.equal(checkMessage(buildRequest('INFO', { body: 'x' }))?.detail, 'Content-Type is malformed.')
  assert.equal(checkMessage(buildRequest('ACK', { body: 'x' }))?.status, undefined)
  assert.equal(maxForwards(one('Max-Forwards', '300')), undefined)
})
