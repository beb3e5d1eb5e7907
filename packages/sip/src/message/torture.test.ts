import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseAuthHeader } from '../digest/auth-header.ts'
import { parseSdp } from '../sdp/sdp-parse.ts'
import { checkMessage } from './check.ts'
import { contentType } from './extensions.ts'
import { getHeader, getHeaderList } from './headers.ts'
import type { SipMessage, SipRequest } from './message.types.ts'
import type { MessageProblem, MessageProblemCode } from './message-problem.ts'
import { parseMessage } from './parse.ts'
import { createResponse } from './response.ts'
import { serializeMessage } from './serialize.ts'
import { createStreamParser } from './stream.ts'
import {
  allVias,
  contactExpires,
  contacts,
  cseq,
  fromAddress,
  maxForwards,
  requestUri,
  routes,
  toAddress,
  topVia,
  unsupportedTags,
} from './typed.ts'
import { isSipUri } from './uri.ts'

const folder = join(import.meta.dirname, '../testing/torture')

function read(name: string): Buffer {
  return readFileSync(join(folder, `${name}.dat`))
}

/**
 * The class of each message.
 * - `fine`: well formed; the function looks at what makes it special, and at what the RFC wants an element to answer.
 * - a status with a code: `parseMessage` refuses the request, or `checkMessage` does where `strict` is said: the RFC leaves
 *   it to the element whether to refuse it.
 * - `drop`: a malformed response, which nobody answers.
 */
type Case =
  | { name: string; section: string; fine(message: SipMessage): void }
  | { name: string; section: string; status: number; code: MessageProblemCode; strict?: true }
  | { name: string; section: string; drop: MessageProblemCode }

function uriOf(message: SipMessage) {
  const uri = requestUri(message as SipRequest)
  assert.ok(uri && isSipUri(uri))
  return uri
}

function contactsOf(message: SipMessage) {
  const all = contacts(message)
  assert.ok(all && all !== '*')
  return all
}

function paramsOf(uri: ReturnType<typeof uriOf>): [string, string | undefined][] {
  return [...uri.params]
}

const cases: Case[] = [
  {
    name: 'wsinv',
    section: '4475 §3.1.1.1',
    fine(message) {
      assert.deepEqual(paramsOf(uriOf(message)), [['unknownparam', undefined]])
      assert.equal(toAddress(message)?.params.get('tag'), '1918181833n')
      assert.equal(fromAddress(message)?.displayName, 'J Rosenberg \\"')
      assert.equal(maxForwards(message), 68)
      assert.deepEqual(cseq(message), { sequence: 9, method: 'INVITE' })
      assert.deepEqual(
        allVias(message)?.map(via => [via.transport, via.host, via.branch]),
        [
          ['UDP', '192.0.2.2', '390skdjuw'],
          ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
          ['UDP', '192.168.255.111', 'z9hG4bK30239'],
        ],
      )
      assert.equal(getHeader(message, 'Subject'), '')
      assert.equal(getHeader(message, 'UnknownHeaderWithUnusualValue'), ';;,,;;,;')
      assert.equal(getHeader(message, 'newfangledheader'), 'newfangled value continued newfangled value')
      assert.equal(routes(message)?.length, 1)
      const [contact] = contactsOf(message)
      assert.equal(contact?.displayName, 'Quoted string ""')
      assert.deepEqual(
        [...(contact?.params ?? [])],
        [
          ['newparam', 'newvalue'],
          ['secondparam', undefined],
          ['q', '0.33'],
        ],
      )
      assert.ok(parseSdp(message.body).ok)
    },
  },
  {
    name: 'intmeth',
    section: '4475 §3.1.1.2',
    fine(message) {
      assert.equal(cseq(message)?.method, "!interesting-Method0123456789_*+`.%indeed'~")
      assert.equal(uriOf(message).user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
      assert.equal(uriOf(message).password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
      assert.equal(toAddress(message)?.displayName, 'BEL:\x07 NUL:\x00 DEL:\x7f')
      assert.equal(fromAddress(message)?.displayName, "token1~` token2'+_ token3*%!.-")
      assert.equal(fromAddress(message)?.params.get("fromparam''~+*_!.-%"), 'работающий')
      assert.equal(fromAddress(message)?.params.get('tag'), "_token~1'+`*%!-.")
      assert.equal(getHeader(message, "extensionHeader-!.%*+_`'~"), '\uFEFF大停電')
    },
  },
  {
    name: 'esc01',
    section: '4475 §3.1.1.3',
    fine(message) {
      assert.equal(uriOf(message).user, 'sips:user@example.com')
      assert.equal(uriOf(message).host, 'example.net')
      const [contact] = contactsOf(message)
      assert.ok(contact && isSipUri(contact.uri))
      assert.equal(contact.uri.user, 'caller')
      assert.deepEqual(paramsOf(contact.uri), [
        ['lr', undefined],
        ['name', 'value%41'],
      ])
    },
  },
  {
    name: 'escnull',
    section: '4475 §3.1.1.4',
    fine(message) {
      const users = contactsOf(message).map(({ uri }) => isSipUri(uri) && uri.user)
      assert.deepEqual(users, ['\0', '\0\0'])
    },
  },
  {
    name: 'esc02',
    section: '4475 §3.1.1.5',
    fine(message) {
      // Escapes mean nothing outside of URIs: this is neither a REGISTER nor a third Contact.
      assert.equal(message.kind === 'request' && message.method, 'RE%47IST%45R')
      assert.equal(contactsOf(message).length, 2)
      assert.equal(toAddress(message)?.displayName, '%Z%45')
      assert.equal(topVia(message)?.branch, 'z9hG4bK209%fzsnel234')
    },
  },
  {
    name: 'lwsdisp',
    section: '4475 §3.1.1.6',
    fine: message => assert.equal(fromAddress(message)?.displayName, 'caller'),
  },
  {
    name: 'longreq',
    section: '4475 §3.1.1.7',
    fine(message) {
      assert.equal(allVias(message)?.length, 34)
      assert.equal(message.body.length, 150)
    },
  },
  {
    name: 'dblreq',
    section: '4475 §3.1.1.8',
    fine(message) {
      // Whatever follows the body in a datagram is no message.
      assert.equal(message.kind === 'request' && message.method, 'REGISTER')
      assert.equal(message.body.length, 0)
    },
  },
  {
    name: 'semiuri',
    section: '4475 §3.1.1.9',
    fine(message) {
      assert.equal(uriOf(message).user, 'user;par=u@example.net')
      assert.equal(uriOf(message).params.size, 0)
      assert.equal(getHeaderList(message, 'Accept').length, 6)
    },
  },
  {
    name: 'transports',
    section: '4475 §3.1.1.10',
    fine: message =>
      assert.deepEqual(
        allVias(message)?.map(via => via.transport),
        ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
      ),
  },
  {
    name: 'mpart01',
    section: '4475 §3.1.1.11',
    fine(message) {
      assert.equal(message.body.length, 553)
      assert.equal(contentType(message)?.params.get('boundary'), '7a9cbec02ceef655')
    },
  },
  {
    name: 'unreason',
    section: '4475 §3.1.1.12',
    fine: message =>
      assert.equal(
        message.kind === 'response' && message.reason,
        '= 2**3 * 5**2 но сто девяносто девять - простое',
      ),
  },
  {
    name: 'noreason',
    section: '4475 §3.1.1.13',
    fine: message =>
      assert.deepEqual(message.kind === 'response' && [message.status, message.reason], [100, '']),
  },
  { name: 'badinv01', section: '4475 §3.1.2.1', status: 400, code: 'malformedHeader' },
  { name: 'clerr', section: '4475 §3.1.2.2', status: 400, code: 'shortBody' },
  { name: 'ncl', section: '4475 §3.1.2.3', status: 400, code: 'malformedHeader' },
  { name: 'scalar02', section: '4475 §3.1.2.4', status: 400, code: 'malformedHeader' },
  { name: 'scalarlg', section: '4475 §3.1.2.5', drop: 'malformedHeader' },
  { name: 'quotbal', section: '4475 §3.1.2.6', status: 400, code: 'malformedHeader' },
  { name: 'ltgtruri', section: '4475 §3.1.2.7', status: 400, code: 'malformedRequestUri' },
  { name: 'lwsruri', section: '4475 §3.1.2.8', status: 400, code: 'malformedStartLine' },
  { name: 'lwsstart', section: '4475 §3.1.2.9', status: 400, code: 'malformedStartLine' },
  { name: 'trws', section: '4475 §3.1.2.10', status: 400, code: 'malformedStartLine' },
  { name: 'escruri', section: '4475 §3.1.2.11', status: 400, code: 'malformedRequestUri' },
  { name: 'baddate', section: '4475 §3.1.2.12', status: 400, code: 'malformedHeader', strict: true },
  { name: 'regbadct', section: '4475 §3.1.2.13', status: 400, code: 'malformedHeader', strict: true },
  { name: 'badaspec', section: '4475 §3.1.2.14', status: 400, code: 'malformedHeader' },
  { name: 'baddn', section: '4475 §3.1.2.15', status: 400, code: 'malformedHeader' },
  { name: 'badvers', section: '4475 §3.1.2.16', status: 505, code: 'unsupportedVersion' },
  { name: 'mismatch01', section: '4475 §3.1.2.17', status: 400, code: 'methodMismatch' },
  { name: 'mismatch02', section: '4475 §3.1.2.18', status: 400, code: 'methodMismatch' },
  { name: 'bigcode', section: '4475 §3.1.2.19', drop: 'malformedStartLine' },
  {
    name: 'badbranch',
    section: '4475 §3.2.1',
    // The cookie alone names no transaction: the layer above matches it as RFC 2543 did.
    fine: message => assert.equal(topVia(message)?.branch, 'z9hG4bK'),
  },
  // Without From, To and Call-ID there is no answer to send.
  { name: 'insuf', section: '4475 §3.3.1', drop: 'missingHeader' },
  {
    name: 'unkscm',
    section: '4475 §3.3.2: 416',
    fine: message => assert.equal(requestUri(message as SipRequest)?.scheme, 'nobodyknowsthisscheme'),
  },
  {
    name: 'novelsc',
    section: '4475 §3.3.3: 416',
    fine: message => assert.equal(requestUri(message as SipRequest)?.scheme, 'soap.beep'),
  },
  {
    name: 'unksm2',
    section: '4475 §3.3.4',
    fine(message) {
      assert.equal(toAddress(message)?.uri.scheme, 'isbn')
      assert.equal(fromAddress(message)?.uri.scheme, 'http')
      assert.equal(contactsOf(message)[0]?.uri.scheme, 'name')
    },
  },
  {
    name: 'bext01',
    section: '4475 §3.3.5: 420',
    fine(message) {
      assert.deepEqual(unsupportedTags(message, ['100rel']), [
        'nothingSupportsThis',
        'nothingSupportsThisEither',
      ])
      assert.equal(unsupportedTags(message, [], 'Proxy-Require').length, 2)
    },
  },
  {
    name: 'invut',
    section: '4475 §3.3.6: 415',
    fine: message => assert.equal(contentType(message)?.mediaType, 'application/unknownformat'),
  },
  {
    name: 'regaut01',
    section: '4475 §3.3.7: 401 or as if there were none',
    fine: message =>
      assert.equal(
        parseAuthHeader(getHeader(message, 'Authorization') ?? '')?.scheme,
        'nooneknowsthisscheme',
      ),
  },
  { name: 'multi01', section: '4475 §3.3.8', status: 400, code: 'repeatedHeader' },
  { name: 'mcl01', section: '4475 §3.3.9', status: 400, code: 'repeatedHeader' },
  {
    name: 'bcast',
    section: '4475 §3.3.10: dropped, for its second Via',
    fine: message => assert.equal(allVias(message)?.[1]?.host, '255.255.255.255'),
  },
  {
    name: 'zeromf',
    section: '4475 §3.3.11: 483 by a proxy, answered by an endpoint',
    fine: message => assert.equal(maxForwards(message), 0),
  },
  {
    name: 'cparam01',
    section: '4475 §3.3.12',
    fine(message) {
      const [contact] = contactsOf(message)
      assert.ok(contact?.params.has('unknownparam') && isSipUri(contact.uri) && contact.uri.params.size === 0)
    },
  },
  {
    name: 'cparam02',
    section: '4475 §3.3.13',
    fine(message) {
      const [contact] = contactsOf(message)
      assert.ok(contact?.params.size === 0 && isSipUri(contact.uri) && contact.uri.params.has('unknownparam'))
    },
  },
  {
    name: 'regescrt',
    section: '4475 §3.3.14',
    fine(message) {
      const [contact] = contactsOf(message)
      assert.ok(contact && isSipUri(contact.uri))
      assert.equal(contact.uri.headers.get('route'), '<sip:sip.example.com>')
    },
  },
  {
    name: 'sdp01',
    section: '4475 §3.3.15: 406',
    fine: message => assert.deepEqual(getHeaderList(message, 'Accept'), ['text/nobodyKnowsThis']),
  },
  {
    name: 'inv2543',
    section: '4475 §3.4.1',
    fine(message) {
      assert.equal(topVia(message)?.branch, undefined)
      assert.equal(fromAddress(message)?.params.get('tag'), undefined)
      assert.ok(parseSdp(message.body).ok)
    },
  },
  {
    name: 'ipv6-good',
    section: '5118 §4.1',
    fine(message) {
      assert.equal(uriOf(message).host, '2001:db8::10')
      assert.equal(topVia(message)?.host, '2001:db8::9:1')
    },
  },
  { name: 'ipv6-bad', section: '5118 §4.2', status: 400, code: 'malformedRequestUri' },
  {
    name: 'port-ambiguous',
    section: '5118 §4.3',
    fine: message =>
      assert.deepEqual([uriOf(message).host, uriOf(message).port], ['2001:db8::10:5070', undefined]),
  },
  {
    name: 'port-unambiguous',
    section: '5118 §4.4',
    fine: message => assert.deepEqual([uriOf(message).host, uriOf(message).port], ['2001:db8::10', 5070]),
  },
  {
    name: 'via-received-param-with-delim',
    section: '5118 §4.5',
    fine: message => assert.equal(topVia(message)?.received, '2001:db8::9:255'),
  },
  {
    name: 'via-received-param-no-delim',
    section: '5118 §4.5',
    fine: message => assert.equal(topVia(message)?.received, '2001:db8::9:255'),
  },
  {
    name: 'ipv6-in-sdp',
    section: '5118 §4.6',
    fine(message) {
      const sdp = parseSdp(message.body)
      assert.deepEqual(sdp.ok && sdp.session.connection, { addressType: 'IP6', address: '2001:db8::20' })
    },
  },
  {
    name: 'mult-ip-in-header',
    section: '5118 §4.7',
    fine: message =>
      assert.deepEqual(
        allVias(message)?.map(via => [via.host, via.port, via.received]),
        [
          ['2001:db8::9:1', 6050, undefined],
          ['192.0.2.1', undefined, undefined],
          ['2001:db8::9:255', undefined, '192.0.2.200'],
        ],
      ),
  },
  {
    name: 'mult-ip-in-sdp',
    section: '5118 §4.8',
    fine(message) {
      const sdp = parseSdp(message.body)
      assert.ok(sdp.ok)
      assert.deepEqual(
        sdp.session.media.map(media => media.connection?.address),
        ['192.0.2.1', '2001:db8::1'],
      )
    },
  },
  {
    name: 'ipv4-mapped-ipv6',
    section: '5118 §4.9',
    fine(message) {
      assert.deepEqual([topVia(message)?.host, topVia(message)?.port], ['::ffff:192.0.2.10', 19_823])
      assert.ok(parseSdp(message.body).ok)
    },
  },
  {
    name: 'ipv6-bug-abnf-3-colons',
    section: '5118 §4.10',
    fine: message => assert.equal(uriOf(message).host, '2001:db8::192.0.2.1'),
  },
  {
    name: 'ipv6-correct-abnf-2-colons',
    section: '5118 §4.10',
    fine: message => assert.equal(uriOf(message).host, '2001:db8::192.0.2.1'),
  },
]

function accept(name: string): SipMessage {
  const result = parseMessage(read(name))
  assert.ok(result.ok, result.ok ? '' : result.problem.detail)
  return result.message
}

/** A refusal that can be answered is answered with a response that parses. */
function refuse(problem: MessageProblem | undefined, status: number, code: MessageProblemCode): void {
  assert.deepEqual([problem?.status, problem?.code], [status, code], problem?.detail)
  assert.ok(problem?.partial)
  const answered = parseMessage(serializeMessage(createResponse(problem.partial, status, undefined, 'tag')))
  // What was malformed comes back as it came.
  if (!answered.ok) assert.equal(answered.problem.code, code)
}

describe('the torture messages', () => {
  test('have a class, each of them', () => {
    const files = readdirSync(folder).filter(file => file.endsWith('.dat'))
    assert.deepEqual(files.sort(), cases.map(({ name }) => `${name}.dat`).sort())
    assert.equal(files.length, 49 + 12)
  })

  for (const one of cases)
    test(`${one.name} (RFC ${one.section})`, () => {
      if ('fine' in one) {
        const message = accept(one.name)
        one.fine(message)
        assert.equal(checkMessage(message), undefined)
        const again = parseMessage(serializeMessage(message))
        assert.ok(again.ok)
        assert.equal(again.message.body.length, message.body.length)
        one.fine(again.message)
      } else if ('drop' in one) {
        const result = parseMessage(read(one.name))
        assert.ok(!result.ok)
        assert.deepEqual([result.problem.status, result.problem.code], [undefined, one.drop])
      } else if (one.strict) refuse(checkMessage(accept(one.name)), one.status, one.code)
      else {
        const result = parseMessage(read(one.name))
        refuse(result.ok ? undefined : result.problem, one.status, one.code)
      }
    })

  test('a stream reads both requests of dblreq', () => {
    const events = createStreamParser().push(read('dblreq'))
    assert.deepEqual(
      events.map(event =>
        event.kind === 'message' && event.message.kind === 'request' ? event.message.method : event.kind,
      ),
      ['REGISTER', 'pong', 'INVITE', 'problem'],
    )
  })

  test('a contact that asks for too many seconds gets an hour', () => {
    const lines = read('scalar02').toString('latin1').replace('36893488147419103232', '1')
    const result = parseMessage(Buffer.from(lines, 'latin1'))
    assert.ok(result.ok)
    const [contact] = contactsOf(result.message)
    assert.equal(contact && contactExpires(result.message, contact), 3_600)
    assert.equal(checkMessage(result.message)?.status, 400)
  })
})
