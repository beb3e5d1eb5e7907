// SIP without I/O: INVITE, 200, ACK, BYE, 200 through the endpoint with real bytes, and the memory of held calls.
// node bench/sip-calls.ts [calls]
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEndpoint, decodeText, type Endpoint, encodeText, type TransportAddress } from '@guichet/sip'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const calls = Number(process.argv[2] ?? 20_000)
/** Calls a second on the fake clock: it says how many transactions linger. */
const rate = 1_500
const heldCalls = 5_000

const caller: TransportAddress = { protocol: 'udp', address: '127.0.0.1', port: 5070 }
const description = [
  'v=0',
  'o=user1 53655765 2353687637 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 6000 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  '',
].join('\r\n')
const answer = { type: 'application/sdp', body: encodeText(description) }

function request(method: string, number: number, cseq: string, toTag: string, body = ''): Uint8Array {
  const lines = [
    `${method} sip:service@127.0.0.1:5060 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-4711-${number}-${method};rport`,
    `From: sipp <sip:sipp@127.0.0.1:5070>;tag=4711SIPpTag00${number}`,
    `To: service <sip:service@127.0.0.1:5060>${toTag}`,
    `Call-ID: ${number}-4711@127.0.0.1`,
    `CSeq: ${cseq}`,
    'Contact: sip:sipp@127.0.0.1:5070',
    'Max-Forwards: 70',
    'Subject: Performance Test',
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ]
  return encodeText(lines.join('\r\n'))
}

function create(): { endpoint: Endpoint; advance(ms: number): void } {
  let now = 0
  const endpoint = createEndpoint({
    clock: () => now,
    randomBytes: size => randomBytes(size),
    local: { udp: { host: '127.0.0.1', port: 5060 } },
    sessionExpiresS: 1_800,
  })
  return {
    endpoint,
    advance(ms) {
      now += ms
      const at = endpoint.nextWakeAt()
      if (at !== undefined && at <= now) endpoint.wake()
    },
  }
}

/** INVITE, 200 and ACK; returns the To tag. */
function establish(endpoint: Endpoint, number: number): string {
  endpoint.receive(request('INVITE', number, '1 INVITE', '', description), caller)
  for (const output of endpoint.takeOutputs()) {
    if (output.kind === 'event' && output.event.type === 'call.incoming') {
      endpoint.progress(output.event.call, 180)
      endpoint.accept(output.event.call, { description: answer })
    }
  }
  let tag = ''
  for (const output of endpoint.takeOutputs()) {
    if (output.kind === 'send') tag = /\r\nTo: [^\r]*(;tag=[^\r;]*)/.exec(decodeText(output.data))?.[1] ?? tag
  }
  endpoint.receive(request('ACK', number, '1 ACK', tag), caller)
  endpoint.takeOutputs()
  return tag
}

function wholeCall(endpoint: Endpoint, number: number): boolean {
  const tag = establish(endpoint, number)
  endpoint.receive(request('BYE', number, '2 BYE', tag), caller)
  return endpoint.takeOutputs().some(output => output.kind === 'event' && output.event.type === 'call.ended')
}

function measure(): void {
  const { endpoint, advance } = create()
  let complete = 0
  const run = (from: number, count: number) => {
    for (let number = from; number < from + count; number++) {
      if (wholeCall(endpoint, number)) complete++
      advance(1_000 / rate)
    }
  }
  run(0, calls / 4)
  complete = 0
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  run(calls, calls)
  const elapsedMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  // What the bench itself costs: writing the requests and looking for the tag
  const ownAt = performance.now()
  for (let number = 0; number < calls; number++) {
    request('INVITE', number, '1 INVITE', '', description)
    request('ACK', number, '1 ACK', ';tag=abc')
    request('BYE', number, '2 BYE', ';tag=abc')
  }
  const ownMs = performance.now() - ownAt
  console.log(
    [
      `${complete} of ${calls} calls complete`,
      `${Math.round((calls / elapsedMs) * 1_000)} calls/s`,
      `${((user + system) / 1_000 / calls).toFixed(3)} ms CPU per call, ${(ownMs / calls).toFixed(3)} of it the bench's`,
      `left: ${JSON.stringify(endpoint.size())}`,
    ].join('; '),
  )
}

function measureHeld(): void {
  const { endpoint, advance } = create()
  for (let number = 0; number < 200; number++) wholeCall(endpoint, number)
  advance(60_000)
  collectGarbage()
  const before = process.memoryUsage()
  for (let number = 1_000; number < 1_000 + heldCalls; number++) establish(endpoint, number)
  // Transactions are gone after 32 s, the call itself stays
  advance(40_000)
  collectGarbage()
  const after = process.memoryUsage()
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  console.log(
    `${endpoint.size().calls} held calls; ${(bytes / heldCalls / 1_000).toFixed(1)} kB each; ${JSON.stringify(endpoint.size())}`,
  )
}

measureHeld()
measure()
