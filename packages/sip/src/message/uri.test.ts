import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isIpv4, isIpv6, parseHostPort } from './host.ts'
import { formatUri, isSipUri, parseUri, urisEqual } from './uri.ts'

test('SIP URIs are taken apart and put together', () => {
  const texts = [
    'sip:alice@example.com',
    'sips:example.com:5061',
    'sip:alice:secret@example.com;transport=tcp',
    'sip:+1-212-555-1212:1234@gateway.com;user=phone',
    'sip:alice;day=tuesday@example.com',
    'sip:a%20b%3A@[2001:db8::1]:5060;lr;maddr=[::1]?subject=a%26b&priority=',
    'sip:*21%23@example.com',
    'tel:+1-201-555-0123;ext=5',
    'tel:7042;phone-context=example.com',
    'urn:service:sos',
  ]
  for (const text of texts) {
    const uri = parseUri(text)
    assert.ok(uri, text)
    assert.equal(formatUri(uri), text)
  }
  const uri = parseUri('SIP:Al%c3%a9:p%40@EXAMPLE.com;LR;Transport=TCP?Subject=x')
  assert.ok(uri && isSipUri(uri))
  assert.deepEqual(
    [uri.scheme, uri.user, uri.password, uri.host, [...uri.params], [...uri.headers]],
    [
      'sip',
      'Alé',
      'p@',
      'example.com',
      [
        ['lr', undefined],
        ['transport', 'TCP'],
      ],
      [['subject', 'x']],
    ],
  )
})

test('what is no URI', () => {
  const wrong = [
    '',
    'alice',
    ':x',
    'sip:',
    'sip:@a',
    'sip:a@',
    'sip:a@b c',
    'sip:a@b:65536',
    'sip:a@b:',
    'sip:a@b;',
    'sip:a@b;;x',
    'sip:a@b;x=1;X=1',
    'sip:a@b?x',
    'sip:a%2@b',
    'sip:a"@b',
    'sip:[::1',
    'sip:[::1]x',
    'sip:[1::2::3]',
    'sip:é@b',
    'tel:',
    'tel:+',
    'tel:abcx',
    '1a:b',
    'urn:',
  ]
  for (const text of wrong) assert.equal(parseUri(text), undefined, text)
})

/** The examples of RFC 3261 §19.1.4, and some of our own. */
test('URIs compare as RFC 3261 says', () => {
  const table: [string, string, boolean][] = [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp', true],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on', true],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
      true,
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
      true,
    ],
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp', false],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting', false],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4', false],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
    ['sip:a@b', 'sips:a@b', false],
    ['tel:+1-201-555-0123', 'tel:+12015550123', true],
    ['tel:+12015550123', 'tel:12015550123', false],
    ['tel:1;phone-context=a', 'tel:1', false],
    ['urn:service:sos', 'urn:service:sos', true],
    ['urn:service:sos', 'sip:a@b', false],
  ]
  for (const [left, right, equal] of table) {
    const [one, other] = [parseUri(left), parseUri(right)]
    assert.ok(one && other)
    assert.equal(urisEqual(one, other), equal, `${left} ${right}`)
    assert.equal(urisEqual(other, one), equal, `${right} ${left}`)
  }
})

test('a user part that is no UTF-8 stays as it was written', () => {
  const uri = parseUri('sip:%ff@b')
  assert.ok(uri && isSipUri(uri))
  assert.equal(uri.user, '%ff')
})

test('addresses and ports', () => {
  for (const right of [
    '::',
    '::1',
    '1::',
    '2001:db8::9:1',
    '1:2:3:4:5:6:7:8',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:1.2.3.4',
  ])
    assert.ok(isIpv6(right), right)
  for (const wrong of [
    '',
    ':',
    '1',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '::1.2.3',
    '1.2.3.4::',
    '::g',
  ])
    assert.ok(!isIpv6(wrong), wrong)
  for (const right of ['0.0.0.0', '255.255.255.255']) assert.ok(isIpv4(right))
  for (const wrong of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1..2.3', '1.2.3.', 'a.b.c.d', '0001.1.1.1'])
    assert.ok(!isIpv4(wrong), wrong)
  assert.deepEqual(parseHostPort('[::1]:5060'), { host: '::1', port: 5060 })
  assert.deepEqual(parseHostPort('My_Host.'), { host: 'my_host.' })
})
