import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createDigestClient } from '../digest/digest-client.ts'
import { getHeader, getHeaders } from '../message/headers.ts'
import type { SipRequest } from '../message/message.types.ts'
import { type Binding, decideRegistration, defaultRegistrarSettings, routeToBinding } from './registrar.ts'
import { createNetwork, leftovers, type Peer } from './testing/network.ts'
import { acceptAll, ask, callFrom, reply } from './testing/scripted.ts'

const hex = (algorithm: string) => (text: string) => createHash(algorithm).update(text).digest('hex')

/** A digest client that knows one password. */
function credentials() {
  let last = 0
  return createDigestClient({
    hashes: { md5: hex('md5'), sha256: hex('sha256') },
    randomToken: () => `cnonce${++last}`,
    identityFor: (_realm, account) =>
      account === 'trunk' ? { username: 'joe', secret: { password: 'secret' } } : undefined,
  })
}

/** Alice, and a registrar played by hand whose answers are made by `answer`. */
function withRegistrar(answer: (request: SipRequest, count: number) => ReturnType<typeof reply> | undefined) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', { credentials: credentials() })
  const registrar = network.script('registrar', '10.0.0.2', message => {
    if (message.kind !== 'request') return
    const response = answer(message, registrar.requests(message.method).length)
    if (response !== undefined) registrar.say(response, alice)
  })
  const register = (extras: object = {}) =>
    network.tell(alice, endpoint =>
      endpoint.register({
        registrar: 'sip:10.0.0.2',
        aor: 'sip:joe@10.0.0.2',
        contactUser: 'joe',
        account: 'trunk',
        ...extras,
      }),
    )
  return { network, alice, registrar, register }
}

const granted = (request: SipRequest, expires: number, headers: string[] = []) => {
  const response = reply(request, 200, 'r', {
    headers: ['Contact', `${getHeader(request, 'Contact')};expires=${expires}`, ...headers],
  })
  // The helper's own Contact is for calls
  response.headers.splice(response.headers.indexOf('Contact'), 2)
  return response
}

test('a registration is refreshed before it ends, with the same Call-ID and the next CSeq (§10.2.4)', () => {
  const { network, alice, registrar, register } = withRegistrar(request =>
    granted(request, 600, ['Service-Route', '<sip:edge.example;lr>']),
  )
  const key = register()
  network.run(100)
  assert.deepEqual(alice.of('registration.active')[0], {
    type: 'registration.active',
    registration: key,
    expiresS: 600,
    serviceRoute: ['<sip:edge.example;lr>'],
  })
  network.run(541_000)
  const [first = assert.fail(), second = assert.fail()] = registrar.requests('REGISTER')
  assert.equal(getHeader(second, 'Call-ID'), getHeader(first, 'Call-ID'))
  assert.deepEqual([getHeader(first, 'CSeq'), getHeader(second, 'CSeq')], ['1 REGISTER', '2 REGISTER'])
  network.tell(alice, endpoint => endpoint.unregister(key))
  network.run(60_000)
  assert.equal(getHeader(registrar.requests('REGISTER').at(-1) ?? assert.fail(), 'Expires'), '0')
  assert.equal(alice.of('registration.ended').length, 1)
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('an interval too brief is tried again with Min-Expires (§10.2.8)', () => {
  const { network, alice, registrar, register } = withRegistrar((request, count) =>
    count === 1 ? reply(request, 423, 'r', { headers: ['Min-Expires', '1800'] }) : granted(request, 1_800),
  )
  register({ expiresS: 60 })
  network.run(100)
  assert.equal(getHeader(registrar.requests('REGISTER')[1] ?? assert.fail(), 'Expires'), '1800')
  assert.equal(alice.of('registration.active')[0]?.expiresS, 1_800)
})

test('a challenge is answered, and the next request needs none (RFC 3261 §22, RFC 8760)', () => {
  const { network, alice, registrar, register } = withRegistrar(request =>
    getHeader(request, 'Authorization') === undefined
      ? reply(request, 401, 'r', {
          headers: ['WWW-Authenticate', 'Digest realm="t", nonce="n1", qop="auth", algorithm=SHA-256'],
        })
      : granted(request, 120),
  )
  register()
  network.run(100)
  assert.equal(alice.of('registration.active').length, 1)
  const [first, second] = registrar.requests('REGISTER')
  assert.equal(getHeader(first ?? assert.fail(), 'CSeq'), '1 REGISTER')
  assert.equal(getHeader(second ?? assert.fail(), 'CSeq'), '2 REGISTER')
  network.run(61_000)
  const third = registrar.requests('REGISTER')[2] ?? assert.fail('no refresh')
  assert.match(getHeader(third, 'Authorization') ?? '', /nc=00000002/)
})

test('a wrong password ends in 401 and is tried again later and later (RFC 5626 §4.5)', () => {
  const { network, alice, register } = withRegistrar(request =>
    reply(request, 401, 'r', { headers: ['WWW-Authenticate', 'Digest realm="t", nonce="n", qop="auth"'] }),
  )
  const key = register()
  network.run(400_000)
  const failures = alice.of('registration.failed')
  assert.ok(failures.length >= 3 && failures.every(({ status }) => status === 401))
  failures.slice(0, 3).forEach(({ retryInMs }, index) => {
    const upper = 30_000 * 2 ** index
    assert.ok(retryInMs >= upper / 2 && retryInMs <= upper, `${retryInMs} after ${index} failures`)
  })
  network.tell(alice, endpoint => endpoint.unregister(key))
  network.run(60_000)
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('a registrar that is silent is asked again', () => {
  const { network, alice, register } = withRegistrar(() => undefined)
  register()
  network.run(33_000)
  assert.equal(alice.of('registration.failed')[0]?.failure, 'timeout')
})

test('an INVITE that is challenged by a proxy and then by the server carries both answers, and so does its ACK', () => {
  const { network, alice, registrar } = withRegistrar(request => {
    if (request.method !== 'INVITE') return undefined
    const digest = (realm: string) => `Digest realm="${realm}", nonce="n", qop="auth", algorithm=MD5`
    if (getHeader(request, 'Proxy-Authorization') === undefined) {
      return reply(request, 407, 'p', { headers: ['Proxy-Authenticate', digest('proxy')] })
    }
    if (getHeader(request, 'Authorization') === undefined) {
      return reply(request, 401, 's', { headers: ['WWW-Authenticate', digest('server')] })
    }
    return reply(request, 200, 'b', { body: 'v=0' })
  })
  callFrom(network, alice, { account: 'trunk' })
  network.run(100)
  assert.equal(alice.of('call.answered').length, 1)
  const invites = registrar.requests('INVITE')
  assert.deepEqual(
    invites.map(invite => getHeader(invite, 'CSeq')),
    ['1 INVITE', '2 INVITE', '3 INVITE'],
  )
  assert.equal(new Set(invites.map(invite => getHeader(invite, 'Call-ID'))).size, 1)
  const ack = registrar.requests('ACK').at(-1) ?? assert.fail()
  assert.equal(getHeader(ack, 'CSeq'), '3 ACK')
  assert.notEqual(getHeader(ack, 'Authorization'), undefined)
  assert.notEqual(getHeader(ack, 'Proxy-Authorization'), undefined)
})

const from = { protocol: 'udp', address: '10.0.0.9', port: 5_060 } as const

function registering(headers: string[], options: { callId?: string; sequence?: number } = {}): SipRequest {
  const request = ask('REGISTER', { ...options, headers })
  request.headers.splice(request.headers.indexOf('Contact'), 2)
  return request
}

/** Takes several requests one after another. */
function registrations(...requests: SipRequest[]) {
  let bindings: readonly Binding[] = []
  const statuses = requests.map(request => {
    const decision = decideRegistration(request, bindings, from, 0)
    bindings = decision.bindings
    return decision.status
  })
  return { statuses, bindings }
}

test('registrar: contacts are added, refreshed, told and removed (§10.3)', () => {
  const first = registering(['Contact', '<sip:a@10.0.0.9>;q=0.5, <sip:b@10.0.0.9>;expires=120'])
  const decision = decideRegistration(first, [], from, 0)
  assert.deepEqual(decision.headers, [
    ...['Contact', '<sip:b@10.0.0.9>;expires=120'],
    ...['Contact', '<sip:a@10.0.0.9>;q=0.5;expires=3600'],
  ])
  const removed = registrations(
    first,
    registering(['Contact', '<sip:a@10.0.0.9>;expires=0'], { sequence: 2 }),
  )
  assert.deepEqual(
    removed.bindings.map(({ contactUri }) => contactUri),
    ['sip:b@10.0.0.9'],
  )
  assert.equal(
    decideRegistration(registering([], { sequence: 3 }), removed.bindings, from, 119_000).headers.length,
    2,
  )
  assert.equal(
    decideRegistration(registering([], { sequence: 3 }), removed.bindings, from, 121_000).headers.length,
    0,
  )
})

test('registrar: Contact * removes everything, and only with Expires 0 (§10.3 step 6)', () => {
  const first = registering(['Contact', '<sip:a@10.0.0.9>'])
  const star = (sequence: number, expires: string[]) =>
    registering(['Contact', '*', ...expires], { sequence })
  assert.deepEqual(registrations(first, star(2, [])).statuses, [200, 400])
  assert.deepEqual(registrations(first, star(1, ['Expires', '0'])).statuses, [200, 500])
  assert.deepEqual(registrations(first, star(2, ['Expires', '0'])).bindings, [])
})

test('registrar: what comes late from the same phone undoes nothing (§10.3 step 7)', () => {
  const contact = ['Contact', '<sip:a@10.0.0.9>']
  assert.deepEqual(
    registrations(registering(contact, { sequence: 5 }), registering(contact, { sequence: 4 })).statuses,
    [200, 500],
  )
})

test('registrar: too brief is 423 with Min-Expires, too long is shortened, too many are 403', () => {
  const brief = decideRegistration(registering(['Contact', '<sip:a@b>;expires=10']), [], from, 0)
  assert.deepEqual([brief.status, brief.headers], [423, ['Min-Expires', '60']])
  const long = decideRegistration(registering(['Contact', '<sip:a@b>;expires=999999']), [], from, 0)
  assert.deepEqual(long.headers, ['Contact', '<sip:a@b>;expires=3600'])
  const many = Array.from({ length: 11 }, (_, index) => `<sip:a${index}@b>`).join(', ')
  assert.equal(decideRegistration(registering(['Contact', many]), [], from, 0).status, 403)
})

test('registrar: a device that comes back from another address keeps one binding (RFC 5626 §6), Path is kept (RFC 3327)', () => {
  const instance = ';reg-id=1;+sip.instance="<urn:uuid:1>"'
  const { bindings } = registrations(
    registering(['Contact', `<sip:a@10.0.0.9>${instance}`]),
    registering(['Contact', `<sip:a@10.0.0.10>${instance}`, 'Path', '<sip:edge;lr>'], { callId: 'again' }),
  )
  assert.equal(bindings.length, 1)
  const binding = bindings[0]
  if (binding === undefined) assert.fail('no binding')
  assert.deepEqual(routeToBinding(binding), {
    to: 'sip:a@10.0.0.10',
    routes: ['<sip:edge;lr>'],
  })
  assert.deepEqual(routeToBinding({ ...binding, path: [] }), {
    to: 'sip:a@10.0.0.10',
    routes: [],
    flow: from,
  })
})

test('a phone registers at one endpoint, and a call finds it by its binding', () => {
  const network = createNetwork()
  const phone: Peer = network.add('phone', '10.0.0.1')
  const server = network.add('server', '10.0.0.2', { methods: ['REGISTER'] })
  acceptAll(network, phone)
  let bindings: readonly Binding[] = []
  server.on = event => {
    if (event.type !== 'request') return
    const decision = decideRegistration(
      event.request,
      bindings,
      event.from,
      network.now(),
      defaultRegistrarSettings,
    )
    bindings = decision.bindings
    network.tell(server, one => one.respond(event.key, decision.status, { headers: decision.headers }))
  }
  network.tell(phone, one =>
    one.register({ registrar: 'sip:10.0.0.2;transport=tcp', aor: 'sip:joe@10.0.0.2', contactUser: 'joe' }),
  )
  network.run(100)
  assert.equal(phone.of('registration.active').length, 1)
  callFrom(network, server, routeToBinding(bindings[0] ?? assert.fail('no binding')))
  network.run(100)
  assert.equal(server.of('call.answered').length, 1)
  const invite = phone.of('call.incoming')[0]?.request ?? assert.fail()
  assert.equal(invite.requestUri, 'sip:joe@10.0.0.1:5060;transport=tcp')
  assert.equal(getHeaders(invite, 'Route').length, 0)
  assert.equal(server.endpoint.size().connections, 1)
})

test('registrar: a phone that can keep its flow is told so, and may require it (RFC 5626 §6)', () => {
  const network = createNetwork()
  const server = network.add('server', '10.0.0.2', { methods: ['REGISTER'] })
  server.on = event => {
    if (event.type !== 'request') return
    const { status, headers } = decideRegistration(event.request, [], event.from, network.now())
    network.tell(server, one => one.respond(event.key, status, { headers }))
  }
  const phone = network.script('phone', '10.0.0.9')
  const contact = ['Contact', '<sip:a@10.0.0.9>;reg-id=1;+sip.instance="<urn:uuid:1>"']
  phone.say(registering([...contact, 'Require', 'outbound', 'Supported', 'path, outbound']), server)
  network.run(10)
  const [response = assert.fail()] = phone.responses()
  assert.deepEqual([response.status, getHeader(response, 'Require')], [200, 'outbound'])
})

/** A phone that registered over TCP. */
function registeredOverTcp() {
  const network = createNetwork()
  const phone = network.add('phone', '10.0.0.1')
  const server = network.add('server', '10.0.0.2', { methods: ['REGISTER'] })
  server.on = event => {
    if (event.type !== 'request') return
    const { status, headers } = decideRegistration(event.request, [], event.from, network.now())
    network.tell(server, one => one.respond(event.key, status, { headers }))
  }
  const key = network.tell(phone, one =>
    one.register({ registrar: 'sip:10.0.0.2;transport=tcp', aor: 'sip:joe@10.0.0.2' }),
  )
  network.run(100)
  assert.equal(phone.of('registration.active').length, 1)
  return { network, phone, key }
}

test('a stream somebody is reached through is pinged, and stays while it answers (RFC 5626 §4.4.1)', () => {
  const { network, phone, key } = registeredOverTcp()
  network.run(600_000)
  const pings = network.passed.filter(({ from, text }) => from === 'phone' && text === '\r\n\r\n')
  assert.ok(pings.length >= 5 && pings.length <= 6, `${pings.length} pings`)
  assert.deepEqual(network.closed, [])
  network.tell(phone, one => one.unregister(key))
  network.run(60_000)
  assert.deepEqual(leftovers(phone.endpoint), {})
})

test('a stream that answers no ping is closed, and the phone registers again at once', () => {
  const { network, phone } = registeredOverTcp()
  network.killStreams()
  network.run(131_000)
  assert.deepEqual(network.closed, ['10.0.0.1<>10.0.0.2'])
  const sent = phone.sentLines().filter(line => line.startsWith('REGISTER'))
  assert.equal(sent.length, 2)
})
