import type {
  Conversation,
  Handling,
  Party,
  SocketEventName,
  SocketEvents,
  SocketInput,
  SocketMethod,
  SocketResult,
  SystemNotice,
} from '@guichet/contract'
import type { ConversationId, QueueId, ThreadId, WorkerId } from '@guichet/domain'
import { createQueuesModule, type Queue } from '../modules/queues/index.ts'
import { createRoutingModule, type RoutingModule, type RoutingStaffMember } from '../modules/routing/index.ts'
import {
  type Clock,
  communicationUser,
  createBus,
  createLog,
  createMetrics,
  createUnitOfWork,
  openDatabase,
  type Principal,
  type SocketHub,
  systemClock,
  systemIds,
} from '../platform/index.ts'

/** A clock that moves when told; timers due on the way fire in order. */
export function createFakeClock(startAt = Date.UTC(2026, 0, 5, 9)): Clock & { advance(ms: number): void } {
  let now = startAt
  let timers: { at: number; action: () => void }[] = []
  const after = (delayMs: number, action: () => void) => {
    const timer = { at: now + Math.max(0, delayMs), action }
    timers.push(timer)
    return () => {
      timers = timers.filter(other => other !== timer)
    }
  }
  return {
    now: () => now,
    after,
    every(periodMs, action) {
      let cancel = () => {}
      const arm = () => {
        cancel = after(periodMs, () => {
          arm()
          action()
        })
      }
      arm()
      return () => cancel()
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const due = timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter(timer => timer !== due)
        now = Math.max(now, due.at)
        due.action()
      }
      now = end
    },
  }
}
/** @see createFakeClock */
export type FakeClock = ReturnType<typeof createFakeClock>

/** A hub that keeps what is told, and lets a test open and close consoles. */
export function createFakeHub() {
  const told: { topic: string; name: SocketEventName; payload: unknown }[] = []
  const waiters = new Set<() => void>()
  const handlers = new Map<string, (input: never, connection: never) => unknown>()
  const connects: ((connection: never) => void)[] = []
  const disconnects: ((connection: never) => void)[] = []
  const hub = {
    handle: (method: string, handler: never) => void handlers.set(method, handler),
    onConnect: (listener: never) => void connects.push(listener),
    onDisconnect: (listener: never) => void disconnects.push(listener),
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    publish(topic: string, name: SocketEventName, payload: unknown) {
      told.push({ topic, name, payload })
      for (const waiter of [...waiters]) waiter()
    },
    connectionsOf: () => [],
    personTopic: (rawId: string) => `person:${rawId}`,
    stop: async () => undefined,
  } as unknown as SocketHub
  return {
    hub,
    told,
    handlers,
    connect(connection: { id: string; tabId: string; principal: Principal }) {
      for (const listener of connects) listener(connection as never)
    },
    disconnect(connection: { id: string; tabId: string; principal: Principal }) {
      for (const listener of disconnects) listener(connection as never)
    },
    /** Asks as a connection would. */
    ask<M extends SocketMethod>(
      method: M,
      params: SocketInput<M>,
      connection: { id: string; tabId: string; principal: Principal },
    ): Promise<SocketResult<M>> {
      const handler = handlers.get(method) as
        | ((input: SocketInput<M>, connection: unknown) => SocketResult<M>)
        | undefined
      if (handler === undefined) throw new Error(`${method} is not handled`)
      return new Promise(resolve => resolve(handler(params, connection)))
    },
    /** Waits until something that fits was told since `from`. */
    async until<N extends SocketEventName>(
      name: N,
      fits: (payload: SocketEvents[N], topic: string) => boolean = () => true,
      from = 0,
    ): Promise<SocketEvents[N]> {
      for (;;) {
        const found = told
          .slice(from)
          .find(event => event.name === name && fits(event.payload as SocketEvents[N], event.topic))
        if (found !== undefined) return found.payload as SocketEvents[N]
        await new Promise<void>(resolve => {
          const waiter = () => {
            waiters.delete(waiter)
            resolve()
          }
          waiters.add(waiter)
        })
      }
    },
  }
}
/** @see createFakeHub */
export type FakeHub = ReturnType<typeof createFakeHub>

/** A member of staff made up for a test. */
export function makeMember(name: string, id = systemIds.uuid()): RoutingStaffMember {
  const party: Party = { rawId: communicationUser(id), displayName: name, role: 'agent' }
  return { id: id as WorkerId, party, roles: ['agent'], locale: 'en', disabled: false }
}

/** The principal of a member. */
export function principalOf(member: RoutingStaffMember): Principal {
  const { id, party, roles, locale } = member
  return { kind: 'staff', rawId: party.rawId, party, workerId: id, roles, locale }
}

/** A queue made up for a test. */
export function makeQueue(members: readonly RoutingStaffMember[], change: Partial<Queue> = {}): Queue {
  return {
    id: systemIds.uuid() as QueueId,
    place: 0,
    name: { en: 'Support', fr: 'Assistance' },
    channels: ['voice', 'chat'],
    routingMethod: 'longestIdle',
    agentAlertTimeMs: 30_000,
    wrapUpMs: 30_000,
    chatWrapUpMs: 0,
    presenceRouting: true,
    overflowThreshold: 50,
    timeoutMs: 1_200_000,
    noAgentsPolicy: 'queue',
    chatTopics: [],
    isDefaultForChat: true,
    memberIds: members.map(member => member.id),
    ...change,
  }
}

/** Conversations kept in memory, with a diary of what they were told. */
export function createFakeConversations() {
  const diary: { conversationId: string; what: string; detail: unknown }[] = []
  const views = new Map<string, Conversation>()
  const bot: Handling = { by: 'bot', agent: null, queueName: null, position: null, expectedWaitMs: null }

  function view(id: ConversationId): Conversation {
    const known = views.get(id)
    if (known !== undefined) return known
    const made: Conversation = {
      id,
      state: 'open',
      threadId: `19:${id.replaceAll('-', '')}@thread.v2` as ThreadId,
      contact: { rawId: communicationUser(id), displayName: 'Visitor' },
      locale: 'en',
      topic: null,
      handling: bot,
      activeCallId: null,
      openedAt: new Date(0).toISOString(),
      closedAt: null,
    }
    views.set(id, made)
    return made
  }

  function change(id: ConversationId, what: string, detail: unknown, patch: Partial<Conversation> = {}) {
    diary.push({ conversationId: id, what, detail })
    const next = { ...view(id), ...patch }
    views.set(id, next)
    return next
  }

  return {
    diary,
    view: async (id: ConversationId) => view(id),
    setHandling: async (id: ConversationId, handling: Handling) =>
      change(id, 'handling', handling, { handling }),
    async moveInLine(
      places: readonly (Pick<Handling, 'position' | 'expectedWaitMs'> & { id: ConversationId })[],
    ) {
      for (const { id, ...place } of places) {
        const handling = { ...view(id).handling, ...place }
        if (handling.by === 'queue') change(id, 'handling', handling, { handling })
      }
    },
    setActiveCall: async (id: ConversationId, activeCallId: Conversation['activeCallId']) =>
      change(id, 'call', activeCallId, { activeCallId }),
    async agentJoined(id: ConversationId, agent: Party) {
      change(id, 'joined', agent.displayName)
      return {
        id: view(id).threadId,
        topic: '',
        createdOn: new Date(0).toISOString(),
        lastSequenceId: 0,
        lastVersion: 0,
        participants: [agent],
        readReceipts: [],
      }
    },
    async agentLeft(id: ConversationId, agent: Party) {
      change(id, 'left', agent.displayName)
    },
    async notice(id: ConversationId, notice: SystemNotice) {
      change(id, 'notice', notice.code)
    },
    async requestPerson(id: ConversationId, request?: { queueId?: QueueId }) {
      return change(id, 'person', request?.queueId ?? null)
    },
    async close(id: ConversationId) {
      change(id, 'closed', null, { state: 'closed' })
    },
  }
}
/** @see createFakeConversations */
export type FakeConversations = ReturnType<typeof createFakeConversations>

/** One server's routing on a database: what a kill takes away, and a start brings back. */
export function startRoutingServer(options: {
  connectionString: string
  staff: readonly RoutingStaffMember[]
  conversations?: FakeConversations
  clock?: Clock
}) {
  const clock = options.clock ?? systemClock
  const log = createLog({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })
  const { db, pool } = openDatabase(options.connectionString, log)
  const bus = createBus(log)
  const metrics = createMetrics()
  const uow = createUnitOfWork({ db, bus, clock, ids: systemIds, metrics })
  const conversations = options.conversations ?? createFakeConversations()
  const staff = { list: async () => [...options.staff] }
  const fake = createFakeHub()
  let routing: RoutingModule | null = null
  const queues = createQueuesModule({
    db,
    uow,
    staff,
    live: {
      figures: id => (routing as RoutingModule).figures(id),
      isOptedIn: (queueId, workerId) => (routing as RoutingModule).isOptedIn(queueId, workerId),
    },
  })
  const module = createRoutingModule({
    db,
    pool,
    bus,
    uow,
    clock,
    ids: systemIds,
    log,
    metrics,
    queues,
    staff,
    conversations,
  })
  routing = module
  module.register({ hub: fake.hub })
  return {
    db,
    pool,
    bus,
    clock,
    log,
    metrics,
    uow,
    conversations,
    queues,
    routing: module,
    fake,
    /** Opens a console for a member and makes them available. */
    async arrive(member: RoutingStaffMember, connectionId = `console-${member.id}`) {
      fake.connect({ id: connectionId, tabId: connectionId, principal: principalOf(member) })
      await module.setPresence(member.id, 'available')
    },
    leave(member: RoutingStaffMember, connectionId = `console-${member.id}`) {
      fake.disconnect({ id: connectionId, tabId: connectionId, principal: principalOf(member) })
    },
    async stop() {
      await module.stop()
      await db.destroy()
    },
  }
}
/** @see startRoutingServer */
export type RoutingServer = ReturnType<typeof startRoutingServer>
