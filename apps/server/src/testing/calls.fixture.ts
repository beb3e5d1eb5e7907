import type { Call } from '@guichet/contract'
import type { MediaEvent, MediaPayload, MediaRequestKind } from '@guichet/contract/media'
import type { ApplicationId, CallId, ConversationId, LegId } from '@guichet/domain'
import { AutoAttendant, CallQueueApplication } from '@guichet/domain/flow'
import { createCallsModule, type MediaPort } from '../modules/calls/index.ts'
import { createFlowsModule } from '../modules/flows/index.ts'
import type { Queue } from '../modules/queues/index.ts'
import type { RoutingStaffMember } from '../modules/routing/index.ts'
import { communicationUser, phoneNumber, systemIds } from '../platform/index.ts'
import { createFakePhones } from './phones.fixture.ts'
import {
  createFakeClock,
  type FakeClock,
  type FakeConversations,
  makeQueue,
  startRoutingServer,
} from './routing.fixture.ts'

type Asked = { [K in MediaRequestKind]: { kind: K; payload: MediaPayload<K> } }[MediaRequestKind]
type AskedOf<K extends MediaRequestKind> = Extract<Asked, { kind: K }>

/** An offer that looks like one. */
export const sdpOffer = 'v=0 an offer of a browser'

/** A media process that does as it is told and says what a test wants it to. */
export function createFakeMedia() {
  const asked: Asked[] = []
  const events = new Set<(event: MediaEvent) => void>()
  const losses = new Set<(roomIds: string[]) => void>()
  const waiters = new Set<() => void>()
  const rooms = new Set<string>()
  const roomOfLeg = new Map<string, string>()
  let refuse: { kind: MediaRequestKind; error: Error } | null = null

  const port: MediaPort = {
    async request(kind, payload) {
      asked.push({ kind, payload } as Asked)
      for (const waiter of [...waiters]) waiter()
      if (refuse?.kind === kind) {
        const { error } = refuse
        refuse = null
        throw error
      }
      if (kind === 'room.open') rooms.add((payload as MediaPayload<'room.open'>).roomId)
      if (kind === 'leg.open') {
        const { roomId, legId } = payload as MediaPayload<'leg.open'>
        roomOfLeg.set(legId, roomId)
      }
      const answers = { 'leg.open': true, 'leg.replace': true } as Partial<Record<MediaRequestKind, boolean>>
      const result = kind.startsWith('phone.')
        ? { sdp: 'v=0 of us', onHold: false }
        : answers[kind]
          ? { sdpAnswer: `v=0 answer ${asked.length}` }
          : { durationMs: 1_000 }
      return result as never
    },
    onEvent(listener) {
      events.add(listener)
      return () => events.delete(listener)
    },
    onLost(listener) {
      losses.add(listener)
      return () => losses.delete(listener)
    },
  }

  function emit(event: MediaEvent): void {
    for (const listener of events) listener(event)
  }

  return {
    port,
    asked,
    rooms,
    emit,
    refuseNext(kind: MediaRequestKind, error: Error) {
      refuse = { kind, error }
    },
    of<K extends MediaRequestKind>(kind: K): AskedOf<K>[] {
      return asked.filter(request => request.kind === kind) as AskedOf<K>[]
    },
    /** Waits until something that fits is asked for, from the `from`-th request on. */
    async until<K extends MediaRequestKind>(
      kind: K,
      fits: (payload: MediaPayload<K>) => boolean = () => true,
      from = 0,
    ): Promise<MediaPayload<K>> {
      for (;;) {
        const found = asked
          .slice(from)
          .find(request => request.kind === kind && fits(request.payload as MediaPayload<K>))
        if (found !== undefined) return found.payload as MediaPayload<K>
        await new Promise<void>(resolve => {
          const waiter = () => {
            waiters.delete(waiter)
            resolve()
          }
          waiters.add(waiter)
        })
      }
    },
    state(legId: LegId, state: 'flowing' | 'interrupted') {
      const roomId = roomOfLeg.get(legId) ?? ''
      const reason = state === 'flowing' ? 'packets' : 'silence'
      emit({ type: 'event', kind: 'leg.state', payload: { roomId, callId: roomId, legId, state, reason } })
    },
    digit(legId: LegId, digit: string) {
      const roomId = roomOfLeg.get(legId) ?? ''
      emit({
        type: 'event',
        kind: 'digit',
        payload: { roomId, callId: roomId, legId, digit, durationMs: 100 },
      })
    },
    ended(callId: CallId, playId: string) {
      const payload = { roomId: callId, callId, playId, reason: 'completed' as const }
      emit({ type: 'event', kind: 'play.ended', payload })
    },
    /** The process dies with every room in it. */
    die() {
      const lost = [...rooms]
      rooms.clear()
      roomOfLeg.clear()
      for (const listener of losses) listener(lost)
    },
  }
}
/** @see createFakeMedia */
export type FakeMedia = ReturnType<typeof createFakeMedia>

const basics = { schemaVersion: 1, languages: ['en', 'fr'], timeZone: 'Europe/Paris', ttsVoice: {} } as const
const say = (en: string) => ({ kind: 'text', text: { en, fr: `${en} (fr)` } }) as const

/** A reception with key 1 to the queue, key 3 with hours and key 9 to chat, and the queue's application. */
export function makeApplications(queue: Queue) {
  const chat = { announcement: { kind: 'none' }, target: { kind: 'chat' } } as const
  const reception = AutoAttendant.parse({
    ...basics,
    kind: 'autoAttendant',
    id: systemIds.uuid(),
    name: 'Reception',
    defaultFlow: {
      greeting: say('Welcome.'),
      action: {
        kind: 'menu',
        prompt: say('Press 1.'),
        options: [
          { tone: '1', label: { en: 'People', fr: 'Gens' }, target: { kind: 'queue', queueId: queue.id } },
          { tone: '9', label: { en: 'Chat', fr: 'Chat' }, target: { kind: 'chat' } },
        ],
        noInput: { kind: 'queue', queueId: queue.id },
      },
    },
  })
  const waiting = CallQueueApplication.parse({
    ...basics,
    kind: 'callQueue',
    id: systemIds.uuid(),
    name: 'Waiting',
    queueId: queue.id,
    greeting: { kind: 'none' },
    music: { kind: 'default' },
    announcePosition: { enabled: true, everyMs: 60_000 },
    announceExpectedWait: false,
    overflow: chat,
    timeout: chat,
    noAgents: chat,
  })
  return { reception, waiting }
}

/** A server with routing, flows and calls on a database; media, speech and time are the test's. */
export async function startCallServer(options: {
  connectionString: string
  staff: readonly RoutingStaffMember[]
  clock?: FakeClock
  conversations?: FakeConversations
  /** Set when another server made the queue before. */
  queue?: Queue
  queueChange?: Partial<Queue>
  applications?: ReturnType<typeof makeApplications>
}) {
  const clock = options.clock ?? createFakeClock()
  const base = startRoutingServer({
    connectionString: options.connectionString,
    staff: options.staff,
    clock,
    ...(options.conversations === undefined ? {} : { conversations: options.conversations }),
  })
  const media = createFakeMedia()
  const phones = createFakePhones()
  const flows = createFlowsModule(base)
  const queue = options.queue ?? makeQueue(options.staff, options.queueChange)
  const applications = options.applications ?? makeApplications(queue)
  if (options.queue === undefined) await base.queues.put(queue)
  const { reception, waiting } = applications
  for (const application of [reception, waiting]) await flows.seed(application, false)
  const calls = createCallsModule({
    ...base,
    ids: systemIds,
    flows,
    media: media.port,
    speech: { synthesise: async ({ text }) => ({ path: `/prompts/${text}`, isSpoken: true }) },
    files: { path: async () => null },
    phones: phones.port,
    numbers: {
      targetOf: async dialled => (dialled === '8000' ? { applicationId: reception.id } : null),
      e164Of: number => (number.startsWith('+') ? number : null),
    },
    phoneConversations: {
      async beginByPhone({ e164, displayName }) {
        const conversationId = systemIds.uuid() as ConversationId
        const rawId = e164 === null ? communicationUser(systemIds.uuid()) : phoneNumber(e164)
        return { conversationId, party: { rawId, displayName: displayName ?? e164 ?? '?', role: 'consumer' } }
      },
    },
  })
  calls.register({ hub: base.fake.hub })
  await base.routing.start()
  await calls.start()
  return {
    ...base,
    clock,
    media,
    phones,
    flows,
    queue,
    applications,
    calls,
    async stop() {
      await calls.stop()
      await base.stop()
    },
  }
}
/** @see startCallServer */
export type CallServer = Awaited<ReturnType<typeof startCallServer>>

/** A visitor who has just called, with the prompts' helpers that a journey needs. */
export async function placeCall(server: CallServer, applicationId?: ApplicationId) {
  const conversationId = systemIds.uuid() as ConversationId
  const party = {
    rawId: communicationUser(conversationId),
    displayName: 'Visitor',
    role: 'consumer',
  } as const
  const tabId = `tab-${conversationId}`
  const started = await server.calls.startCall({
    party,
    tabId,
    conversationId,
    applicationId: applicationId ?? server.applications.reception.id,
    sdpOffer,
  })
  const callId = started.call.id
  const topic = `person:${party.rawId}`
  return {
    ...started,
    callId,
    party,
    tabId,
    conversationId,
    topic,
    /** Waits until the visitor is shown the call in a way that fits. */
    async shown(fits: (call: Call) => boolean, from = 0): Promise<Call> {
      const { call } = await server.fake.until(
        'call.changed',
        (payload, to) => to === topic && payload.call.id === callId && fits(payload.call),
        from,
      )
      return call
    },
    /** Waits until words are spoken to the caller, and lets them end. */
    async hear(words: string, from = 0): Promise<void> {
      const { playId } = await server.media.until(
        'play.start',
        ({ source, roomId }) => roomId === callId && source.kind === 'file' && source.path.includes(words),
        from,
      )
      // The answer to the request goes out before the sound ends.
      await new Promise(resolve => setImmediate(resolve))
      server.media.ended(callId, playId)
    },
    /** Waits until music plays to the caller; answers its id. */
    async music(from = 0): Promise<string> {
      const { playId } = await server.media.until(
        'play.start',
        ({ source, roomId, loop }) => roomId === callId && source.kind === 'music' && loop === true,
        from,
      )
      return playId
    },
  }
}
