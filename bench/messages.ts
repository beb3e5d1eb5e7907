// Chat under load: every message goes from one socket to another through storage. Server, media and PostgreSQL
// share core 0; this load generator has core 1.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ServerFrame, VisitorSession } from '@guichet/contract'
import pg from 'pg'
import { WebSocket } from 'ws'
import { startEmbeddedPostgres } from '../apps/server/src/adapters/postgres-embedded/index.ts'
import { systemClock } from '../apps/server/src/platform/index.ts'
import { freeTcpPort, freeUdpPort } from '../e2e/support/guichet.ts'

const conversations = 500
const steadyRate = 500
const steadySeconds = 20
const rampRates = [1_000, 1_500, 2_000, 2_500, 3_000]
const rampSeconds = 8
/** A step of the ramp holds when all arrive and half of them within this. */
const holdsMs = 250

type Talker = {
  session: VisitorSession
  sender: WebSocket
  reader: WebSocket
  sent: number
  seen: Map<string, number>
}

const root = join(import.meta.dirname, '..')
const dataDir = mkdtempSync(join(tmpdir(), 'guichet-bench-'))
const pin = (core: number, pid = process.pid) => execFileSync('taskset', ['-apc', String(core), String(pid)])

pin(0)
const database = await startEmbeddedPostgres({ dataDir, log: () => undefined, clock: systemClock })
pin(1)
const port = await freeTcpPort()
const server = spawn('taskset', ['-c', '0', process.execPath, join(root, 'apps/server/src/main.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    PORT: String(port),
    MEDIA_PORT: String(await freeUdpPort()),
    DATA_DIR: join(dataDir, 'guichet'),
    DATABASE_URL: database.connectionString,
    TRUST_PROXY: 'true',
    LOG_LEVEL: 'warn',
  },
})
const url = `http://127.0.0.1:${port}`

try {
  for await (const line of createInterface({ input: server.stdout })) if (line.includes('ready')) break
  server.stdout.resume()
  const talkers: Talker[] = []
  while (talkers.length < conversations) {
    const from = talkers.length
    talkers.push(...(await Promise.all(Array.from({ length: 20 }, (_, index) => arrive(from + index)))))
  }
  await silenceBot()
  console.log(`${cpus()[0]?.model}; ${conversations} conversations, two sockets each`)
  await run(talkers, 100, 3)
  report('steady', await run(talkers, steadyRate, steadySeconds), steadyRate)
  let ceiling = 0
  for (const rate of rampRates) {
    const result = await run(talkers, rate, rampSeconds)
    report('ramp', result, rate)
    if (result.lost > 0 || result.p50 > holdsMs) break
    ceiling = result.perSecond
  }
  const { stored, doubled } = await audit(talkers)
  const sent = talkers.reduce((sum, talker) => sum + talker.sent, 0)
  console.log(`ceiling ${ceiling.toFixed(0)} messages/s; sent ${sent}, stored ${stored}, doubled ${doubled}`)
  console.log(
    'peer, recorded on the same kind of machine: ejabberd with archive p50 0.5 ms, p99 0.9 ms, ceiling 1,070/s',
  )
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
  await database.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function arrive(index: number): Promise<Talker> {
  const response = await fetch(`${url}/api/visitor/conversations`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: url,
      'x-forwarded-for': `10.0.${index >> 8}.${index & 255}`,
    },
    body: JSON.stringify({ locale: 'en' }),
  })
  if (!response.ok) throw new Error(`visitor refused: ${response.status} ${await response.text()}`)
  const session = (await response.json()) as VisitorSession
  const talker: Talker = {
    session,
    sender: await open(session, 'a'),
    reader: await open(session, 'b'),
    sent: 0,
    seen: new Map(),
  }
  return talker
}

async function open(session: VisitorSession, tab: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, { origin: url })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'hello', token: session.accessToken, tabId: `bench-tab-${tab}` }))
  await once(socket, 'message')
  return socket
}

/** The bot would answer every line and be measured too. */
async function silenceBot(): Promise<void> {
  const client = new pg.Client(database.connectionString)
  await client.connect()
  await client.query(`update conversations set handling = jsonb_set(handling, '{by}', '"nobody"')`)
  await client.end()
}

type Result = { p50: number; p99: number; max: number; lost: number; perSecond: number }

async function run(talkers: Talker[], rate: number, seconds: number): Promise<Result> {
  const total = rate * seconds
  const sentAt = new Map<string, number>()
  const delays: number[] = []
  let last = 0
  const { promise: all, resolve: done } = Promise.withResolvers<void>()
  for (const talker of talkers) {
    talker.sender.removeAllListeners('message')
    talker.reader.removeAllListeners('message')
    talker.reader.on('message', data => {
      const frame = JSON.parse(String(data)) as ServerFrame
      if (frame.type !== 'event' || frame.name !== 'message.changed') return
      const id = frame.payload.message.clientMessageId ?? ''
      const at = sentAt.get(id)
      if (at === undefined) return
      last = performance.now()
      delays.push(last - at)
      sentAt.delete(id)
      talker.seen.set(id, (talker.seen.get(id) ?? 0) + 1)
      if (delays.length === total) done()
    })
  }
  const startedAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate))
    for (; sent < due; sent++) send(talkers[sent % talkers.length] as Talker, sentAt, sent)
    if (sent === total) clearInterval(timer)
  }, 1)
  await Promise.race([all, new Promise(resolve => setTimeout(resolve, (seconds + 10) * 1_000))])
  clearInterval(timer)
  delays.sort((a, b) => a - b)
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN
  return {
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    lost: total - delays.length,
    perSecond: delays.length / ((last - startedAt) / 1_000),
  }
}

function send(talker: Talker, sentAt: Map<string, number>, number: number): void {
  talker.sent += 1
  const clientMessageId = `bench-${talker.session.conversation.id.slice(0, 8)}-${talker.sent}`
  sentAt.set(clientMessageId, performance.now())
  talker.sender.send(
    JSON.stringify({
      type: 'request',
      id: number,
      method: 'chat.send',
      params: {
        threadId: talker.session.thread.id,
        clientMessageId,
        message: 'Is the lavender soap back in stock soon?',
      },
    }),
  )
}

function report(what: string, result: Result, rate: number): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`
  console.log(
    `${what} ${rate}/s: delivered ${result.perSecond.toFixed(0)}/s, send to shown p50 ${ms(result.p50)}, p99 ${ms(result.p99)}, max ${ms(result.max)}, lost ${result.lost}`,
  )
}

async function audit(talkers: Talker[]): Promise<{ stored: number; doubled: number }> {
  const client = new pg.Client(database.connectionString)
  await client.connect()
  const { rows } = await client.query(
    `select count(*)::int as stored, count(distinct (thread_id, client_message_id))::int as different
     from messages where client_message_id like 'bench-%'`,
  )
  await client.end()
  const shownTwice = talkers.flatMap(talker => [...talker.seen.values()]).filter(times => times > 1).length
  return { stored: rows[0].stored, doubled: rows[0].stored - rows[0].different + shownTwice }
}
