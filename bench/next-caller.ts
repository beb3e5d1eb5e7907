// From the moment an agent is free until the next visitor is offered to them: fifty wait, twenty agents work, and
// every step is stored before it is told. Server, media, PostgreSQL and this load generator share the machine.
import { cpus, loadavg } from 'node:os'
import type { OfferView, StaffMember } from '@guichet/contract'
import { demoQueues } from '../apps/server/src/seed/queues.ts'
import { type ApiAgent, openApiAgent, openApiVisitor } from '../e2e/support/api-people.ts'
import { startGuichet } from '../e2e/support/guichet.ts'

const agentCount = 20
const waitingCount = 50
const samples = 600
/** What is measured while everything is still warming up does not count. */
const warmUp = 60
/** An agent works this long on each visitor, and then this long on the wrap-up. */
const workMs = { least: 1_000, most: 3_000 }
const wrapUpMs = 500
/** Of the three chats that an agent may have, these go on for the whole run: one place is left to become free. */
const lastingChats = 2
const password = 'bench-password-of-an-agent'

const guichet = await startGuichet({ LOG_LEVEL: 'warn' })
const opened: { close(): void }[] = []

try {
  const agents = await hireAgents()
  for (const agent of agents) await agent.socket.request('presence.set', { presence: 'available' })
  const delays = await work(agents)
  console.log(
    `${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}; ${agentCount} agents, ${waitingCount} waiting, ${delays.length} samples`,
  )
  report('agent free to next visitor offered, stored (target p99 20 ms)', delays)
  console.log('peer, recorded on the same kind of machine: Asterisk app_queue p50 412 ms, p99 914 ms')
} finally {
  for (const person of opened) person.close()
  await guichet.dispose()
}

/** The demo's own agents and as many more as are missing, all in one queue. */
async function hireAgents(): Promise<ApiAgent[]> {
  const admin = await signIn()
  const { value } = await ask<{ value: StaffMember[] }>('GET', '/api/staff', admin)
  const members = value.filter(member => member.roles.includes('agent'))
  while (members.length < agentCount) {
    const number = members.length + 1
    members.push(
      await ask<StaffMember>('POST', '/api/staff', admin, {
        displayName: `Agent ${number}`,
        email: `agent${number}@demo.guichet`,
        password,
        roles: ['agent'],
        locale: 'en',
      }),
    )
  }
  await ask('PATCH', `/api/queues/${demoQueues.support}`, admin, { memberIds: members.map(({ id }) => id) })
  const agents: ApiAgent[] = []
  for (const { email } of members) {
    const isDemo = value.some(member => member.email === email)
    const agent = await openApiAgent(guichet.url, email.split('@')[0] ?? '', isDemo ? undefined : password)
    agents.push(agent)
    opened.push(agent)
  }
  return agents
}

/** Lets everybody work until enough was measured; each visitor who is taken is replaced by another. */
async function work(agents: ApiAgent[]): Promise<number[]> {
  const delays: number[] = []
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const arrive = async () => {
    const visitor = await openApiVisitor(guichet.url)
    opened.push(visitor)
    await visitor.socket.request('conversation.requestPerson', {})
  }
  for (const agent of agents) {
    let freeAt = Number.NaN
    let taken = 0
    const serve = async (offer: OfferView) => {
      const { assignment } = await agent.accept(offer)
      taken += 1
      if (taken <= lastingChats) return
      arrive().catch(reject)
      await pause(workMs.least + Math.random() * (workMs.most - workMs.least))
      await agent.socket.request('assignment.complete', { assignmentId: assignment.id })
      await pause(wrapUpMs)
      freeAt = performance.now()
      await agent.socket.request('assignment.finishWrapUp', { assignmentId: assignment.id })
    }
    agent.socket.on('offer.issued', ({ offer }) => {
      const delay = performance.now() - freeAt
      if (!Number.isNaN(delay)) delays.push(delay)
      if (delays.length === warmUp + samples) resolve()
      serve(offer).catch(reject)
    })
  }
  for (let number = 0; number < agentCount * (lastingChats + 1) + waitingCount; number++) await arrive()
  await done
  return delays.slice(warmUp)
}

async function signIn(): Promise<string> {
  const response = await fetch(`${guichet.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: guichet.url },
    body: JSON.stringify({ email: 'admin@demo.guichet', password: 'demo-guichet' }),
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

async function ask<T>(method: string, path: string, cookie: string, body?: object): Promise<T> {
  const response = await fetch(`${guichet.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', origin: guichet.url, cookie },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function report(what: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)
  console.log(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`)
}
