import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SipRequest, TransportAddress } from '../message/message.types.ts'
import { createResponse } from '../message/response.ts'
import { createRandomSource } from './branch.ts'
import type { ClientTransaction } from './client-transaction.ts'
import { type IncomingResponse, readIncoming } from './incoming.ts'
import type { Machine } from './machine.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { createTimerQueue, defaultTimerSettings } from './timers.ts'
import { createTransactionLayer } from './transaction.layer.ts'
import {
  inviteClientMachine,
  inviteServerMachine,
  nonInviteClientMachine,
  nonInviteServerMachine,
} from './transaction.tables.ts'

const peer: TransportAddress = { protocol: 'udp', address: '10.0.0.2', port: 5060 }

function requestOf(method: string): SipRequest {
  return {
    kind: 'request',
    method,
    requestUri: 'sip:bob@10.0.0.2',
    headers: [
      ...['Via', 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKabc'],
      ...['From', '<sip:alice@10.0.0.1>;tag=1', 'To', '<sip:bob@10.0.0.2>'],
      ...['Call-ID', 'one', 'CSeq', `1 ${method}`],
    ],
    body: new Uint8Array(0),
  }
}

/** A layer on a clock of its own, with what it sent and told. */
function createBench() {
  let now = 0
  const sent: Uint8Array[] = []
  const told: string[] = []
  const timers = createTimerQueue(() => now)
  const layer = createTransactionLayer({
    now: () => now,
    timers,
    random: createRandomSource(size => new Uint8Array(size)),
    timerSettings: defaultTimerSettings,
    transmit: data => sent.push(data),
  })
  return {
    layer,
    sent,
    told,
    timers,
    pass(ms: number) {
      const until = now + ms
      for (let at = timers.nextAt(); at !== undefined && at <= until; at = timers.nextAt()) {
        now = at
        timers.runDue(now)
      }
      now = until
    },
  }
}

type Bench = ReturnType<typeof createBench>

/** Every state times every event: the layer goes where the table says, and stays where it says nothing. */
function checkTable<T>(
  machine: Machine<string, string>,
  reach: Record<string, (bench: Bench) => { transaction: T; state: () => string }>,
  fire: Record<string, (bench: Bench, transaction: T) => void>,
) {
  const events = new Set(Object.values(machine.table).flatMap(row => Object.keys(row)))
  for (const state of Object.keys(machine.table)) {
    for (const event of events) {
      const expected = machine.table[state]?.[event]
      // A timer that the table does not list is never set in that state
      if (expected === undefined && event.startsWith('timer')) continue
      if (expected === undefined && event === 'giveUp') continue
      const bench = createBench()
      const { transaction, state: current } = (reach[state] ?? assert.fail(`no way to ${state}`))(bench)
      assert.equal(current(), state, `${machine.name} should begin in ${state}`)
      ;(fire[event] ?? assert.fail(`nothing fires ${event}`))(bench, transaction)
      assert.equal(current(), expected ?? state, `${machine.name}: ${state} on ${event}`)
      bench.pass(200_000)
      if (expected !== 'proceeding' && state !== 'proceeding') {
        const left = bench.layer.size().clients + bench.layer.size().servers
        assert.equal(left, 0, `${machine.name}: ${state} on ${event} leaves a transaction behind`)
      }
    }
  }
}

const clientOf =
  (method: string, ...statuses: number[]) =>
  (bench: Bench) => {
    const transaction = bench.layer.send(
      requestOf(method),
      { branch: 'z9hG4bKabc', sentBy: '10.0.0.1:5060' },
      peer,
      {
        response: ({ message }) => bench.told.push(String(message.status)),
        failed: cause => bench.told.push(cause),
      },
    )
    for (const status of statuses) bench.layer.receiveResponse(responseTo(method, status))
    return { transaction, state: () => transaction.state }
  }

function responseTo(method: string, status: number): IncomingResponse {
  return readIncoming(createResponse(requestOf(method), status, 'Any', '2')) ?? assert.fail()
}

const receive = (method: string, status: number) => (bench: Bench) => {
  bench.layer.receiveResponse(responseTo(method, status))
}
const fail = (bench: Bench, { key }: { key: string }) => bench.layer.transportFailed(key)
const wait = (ms: number) => (bench: Bench) => bench.pass(ms)

test('INVITE client transaction: every state and event of RFC 3261 figure 5 with RFC 6026', () => {
  checkTable<ClientTransaction>(
    inviteClientMachine,
    {
      calling: clientOf('INVITE'),
      proceeding: clientOf('INVITE', 180),
      completed: clientOf('INVITE', 486),
      accepted: clientOf('INVITE', 200),
      terminated: bench => {
        const reached = clientOf('INVITE')(bench)
        bench.layer.abandon(reached.transaction)
        return reached
      },
    },
    {
      timerA: wait(500),
      timerB: wait(32_000),
      timerD: wait(32_000),
      timerM: wait(32_000),
      provisional: receive('INVITE', 183),
      success: receive('INVITE', 200),
      failure: receive('INVITE', 486),
      transportError: fail,
      abandon: (bench, transaction) => bench.layer.abandon(transaction),
    },
  )
})

test('non-INVITE client transaction: every state and event of RFC 3261 figure 6', () => {
  checkTable<ClientTransaction>(
    nonInviteClientMachine,
    {
      trying: clientOf('OPTIONS'),
      proceeding: clientOf('OPTIONS', 100),
      completed: clientOf('OPTIONS', 200),
      terminated: bench => {
        const reached = clientOf('OPTIONS')(bench)
        bench.layer.abandon(reached.transaction)
        return reached
      },
    },
    {
      timerE: wait(500),
      timerF: wait(32_000),
      timerK: wait(5_000),
      provisional: receive('OPTIONS', 100),
      final: receive('OPTIONS', 404),
      transportError: fail,
      abandon: (bench, transaction) => bench.layer.abandon(transaction),
    },
  )
})

const serverOf =
  (method: string, ...statuses: number[]) =>
  (bench: Bench) => {
    const incoming = readIncoming(requestOf(method)) ?? assert.fail()
    const match = bench.layer.receiveRequest(incoming, peer)
    if (match.kind !== 'new') assert.fail()
    const { transaction } = match
    for (const status of statuses) answer(method, status)(bench, transaction)
    return { transaction, state: () => transaction.state }
  }

const answer = (method: string, status: number) => (bench: Bench, transaction: ServerTransaction) => {
  bench.layer.respond(transaction, createResponse(requestOf(method), status, 'Any', '2'))
}
const repeat = (method: string, as?: string) => (bench: Bench, transaction: ServerTransaction) => {
  const request = { ...requestOf(method), method: as ?? method }
  // A request after its transaction ended would begin another one, which is no business of this table
  if (transaction.state === 'terminated') return
  bench.layer.receiveRequest(readIncoming(request) ?? assert.fail(), peer)
}

test('INVITE server transaction: every state and event of RFC 6026 figure 5', () => {
  checkTable<ServerTransaction>(
    inviteServerMachine,
    {
      proceeding: serverOf('INVITE'),
      completed: serverOf('INVITE', 486),
      confirmed: bench => {
        const reached = serverOf('INVITE', 486)(bench)
        repeat('INVITE', 'ACK')(bench, reached.transaction)
        return reached
      },
      accepted: serverOf('INVITE', 200),
      terminated: bench => {
        const reached = serverOf('INVITE', 486)(bench)
        bench.pass(32_000)
        return reached
      },
    },
    {
      request: repeat('INVITE'),
      ack: repeat('INVITE', 'ACK'),
      provisional: answer('INVITE', 180),
      success: answer('INVITE', 200),
      failure: answer('INVITE', 486),
      timerG: wait(500),
      timerH: wait(32_000),
      timerI: wait(5_000),
      timerL: wait(32_000),
      transportError: fail,
    },
  )
})

test('non-INVITE server transaction: every state and event of RFC 3261 figure 8, and RFC 4320', () => {
  checkTable<ServerTransaction>(
    nonInviteServerMachine,
    {
      trying: serverOf('OPTIONS'),
      proceeding: serverOf('OPTIONS', 100),
      completed: serverOf('OPTIONS', 200),
      terminated: bench => {
        const reached = serverOf('OPTIONS')(bench)
        bench.layer.transportFailed(reached.transaction.key)
        return reached
      },
    },
    {
      request: repeat('OPTIONS'),
      provisional: answer('OPTIONS', 100),
      final: answer('OPTIONS', 200),
      timerJ: wait(32_000),
      giveUp: wait(32_000),
      transportError: fail,
    },
  )
})
