import type { Call, EndReason, LegGrant, Locale, Party, StartedCall, Tone } from '@guichet/contract'
import type { MediaEvent } from '@guichet/contract/media'
import {
  type ApplicationId,
  type AssignmentId,
  type CallId,
  type ConversationId,
  callMachine,
  DomainError,
  type JobId,
  type OfferId,
  type RawId,
  type WorkerId,
} from '@guichet/domain'
import type { ApplicationLookup, ApplicationRun } from '@guichet/domain/flow'
import type { z } from 'zod'
import {
  type Clock,
  type Ids,
  type Log,
  type Metrics,
  NotFoundError,
  withLogContext,
} from '../../platform/index.ts'
import type { FlowsService } from '../flows/index.ts'
import { createKeyedLimit } from '../identity/index.ts'
import type { JobSignal, RoutingModule } from '../routing/index.ts'
import { type CallActor, createCallActor } from './call.actor.ts'
import type { CallActorDeps } from './call.deps.ts'
import { type CallRows, createCallRecord } from './call.record.ts'
import type { CallNumbersPort, CallsConversationsPort, PhoneConversationsPort } from './calls.ports.ts'
import { presentStoredCall } from './calls.presenter.ts'
import type { CallsRepository } from './calls.repository.ts'
import type { MediaPort } from './media.ports.ts'
import type { PhoneEvent } from './phone.ports.ts'
import { createPhoneCalls } from './phone-calls.ts'

/** Calls that one visitor may start: a few tries, then one every ten seconds. */
const START_BURST = 6
const START_PER_SECOND = 0.1

/** Thrown when the conversation has a call already. Code `already-in-call`. */
export class AlreadyInCallError extends DomainError {
  constructor() {
    super('already-in-call', 'This conversation has a call already')
  }
}

/** A prepared leg outlives its offer's deadline by this: an acceptance at the last moment still finds it. */
const STANDBY_GRACE_MS = 3_000

/** Who starts a call, from which tab. */
export type CallStart = {
  party: Party
  tabId: string
  conversationId: ConversationId
  applicationId: ApplicationId | undefined
  sdpOffer: string
}

/** Who prepares for which offer, in which tab. */
export type CallPreparation = {
  offerId: OfferId
  workerId: WorkerId
  rawId: RawId
  tabId: string
  sdpOffer: string
}

/** What other modules and the doors ask of calls. */
export type CallsService = {
  /** @throws AlreadyInCallError, DomainError `media-failed`, `media-unavailable`, `too-many-requests` */
  startCall(start: CallStart): Promise<z.infer<typeof StartedCall>>
  /**
   * Makes a leg ready that neither hears nor is heard, for an agent at whose desk an offer of a call rings.
   * @throws NotFoundError `not-found` when the offer is over, or not theirs; DomainError `too-many-requests`,
   * `media-failed`, `media-unavailable`
   */
  prepare(preparation: CallPreparation): Promise<LegGrant>
  /**
   * An agent is about to accept, with this offer of their browser: a leg that stands by with it is let in as soon as
   * the call is theirs. Harmless when nothing stands by, and when another was quicker.
   */
  expect(callId: CallId, rawId: RawId, sdpOffer: string): void
  /** An agent joins the call whose job they took; without an offer their leg comes by `rejoin`. */
  join(
    callId: CallId,
    agent: { assignmentId: AssignmentId; party: Party; tabId: string; sdpOffer: string | undefined },
  ): Promise<{ call: Call; leg: LegGrant | null }>
  /** @throws NotFoundError `not-found` when the call is over, or somebody else's */
  rejoin(callId: CallId, rawId: RawId, tabId: string, sdpOffer: string): Promise<LegGrant>
  tone(callId: CallId, rawId: RawId, tone: Tone): Promise<void>
  setMuted(callId: CallId, rawId: RawId, muted: boolean): Promise<void>
  setPicture(callId: CallId, rawId: RawId, picture: { camera: boolean; screen: boolean }): Promise<void>
  setHeld(callId: CallId, rawId: RawId, held: boolean): Promise<void>
  /** Harmless when the call is over. */
  hangUp(callId: CallId, rawId: RawId): Promise<void>
  /** The calls that somebody takes part in now. */
  callsWith(rawId: RawId): Call[]
  /** A call as its visitor sees it; null when there never was one. */
  viewForVisitor(callId: CallId): Promise<Call | null>
  /** Past calls of conversations, oldest first. */
  callsOf(
    conversationIds: readonly ConversationId[],
  ): Promise<Map<ConversationId, { callId: CallId; startedAt: string; durationMs: number }[]>>
}

/** What the service does for the module that owns it. */
export type CallsRuntime = CallsService & {
  onSignal(signal: JobSignal): void
  onMedia(event: MediaEvent): void
  onPhone(event: PhoneEvent): void
  onMediaLost(roomIds: readonly string[]): void
  /** An offer is over without having been accepted. */
  onOfferEnded(conversationId: ConversationId, offerId: OfferId): void
  onConnected(rawId: RawId, tell: (callId: CallId) => void): void
  endOf(conversationId: ConversationId, reason: EndReason): Promise<void>
  /** Takes up the calls that the last server left. */
  restore(): Promise<void>
  /** Compares calls with their jobs after the router was rebuilt. */
  reconcile(): Promise<void>
  /** Resolves when every call has done all it was told. */
  settled(): Promise<void>
  stop(): void
}

/** What the service needs; the rest of a call it makes itself. */
export type CallsServiceDeps = Omit<
  CallActorDeps,
  'record' | 'applications' | 'repository' | 'flows' | 'routing' | 'onChanged' | 'onOver' | 'releaseJob'
> & {
  repository: CallsRepository
  flows: FlowsService
  routing: RoutingModule
  conversations: Pick<CallsConversationsPort, 'view'>
  phoneConversations: PhoneConversationsPort
  numbers: CallNumbersPort
  media: MediaPort
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
}

/** Every call of this server. */
export function createCallsService(deps: CallsServiceDeps): CallsRuntime {
  const { repository, flows, routing, clock, ids, log } = deps
  const actors = new Map<string, CallActor>()
  const releases = new Set<Promise<void>>()
  const byConversation = new Map<string, CallActor | 'starting'>()
  const limit = createKeyedLimit(clock, START_PER_SECOND, START_BURST)

  function countCalls(): void {
    const counts = new Map<string, number>()
    for (const state of Object.keys(callMachine.table)) if (state !== 'disconnected') counts.set(state, 0)
    for (const actor of actors.values()) counts.set(actor.state(), (counts.get(actor.state()) ?? 0) + 1)
    for (const [state, count] of counts)
      if (state !== 'disconnected') deps.metrics.calls.set({ state }, count)
  }

  function adopt(
    rows: CallRows,
    run: ApplicationRun | null,
    applications: ApplicationLookup,
    isNew: boolean,
  ): CallActor {
    const { id, conversationId } = rows.call
    const actor: CallActor = createCallActor({
      ...deps,
      record: createCallRecord(rows, run, isNew),
      applications,
      releaseJob,
      onChanged: countCalls,
      onOver() {
        if (!actors.delete(id)) return
        if (byConversation.get(conversationId) === actor) byConversation.delete(conversationId)
        countCalls()
      },
    })
    actors.set(id, actor)
    byConversation.set(conversationId, actor)
    return actor
  }

  /** Not waited for by the call: a job left behind by a crash is found when calls and jobs are compared. */
  function releaseJob(jobId: JobId, assignmentId: AssignmentId | null): void {
    const release = (assignmentId === null ? routing.release(jobId) : routing.complete(assignmentId))
      .catch(error => log.error({ err: error, jobId }, 'job of an ended call could not be released'))
      .finally(() => releases.delete(release))
    releases.add(release)
  }

  function actorOf(callId: CallId): CallActor {
    const actor = actors.get(callId)
    if (actor === undefined) throw new NotFoundError('The call')
    return actor
  }

  /** Makes a call in which nothing happened yet. */
  async function open(about: {
    conversationId: ConversationId
    applicationId: ApplicationId
    locale: Locale
    topic: string | null
  }): Promise<CallActor> {
    const applications = await flows.lookup()
    if (applications.application(about.applicationId) === undefined)
      throw new NotFoundError('The voice application')
    const call: CallRows['call'] = {
      id: ids.uuid() as CallId,
      ...about,
      state: callMachine.initial,
      jobId: null,
      startedAt: clock.now(),
      answeredAt: null,
      endedAt: null,
      endReason: null,
      endedBy: null,
    }
    return adopt({ call, participants: [], legs: [] }, null, applications, true)
  }

  async function begin(start: CallStart): Promise<z.infer<typeof StartedCall>> {
    const { conversationId } = start
    const [conversation, standard] = await Promise.all([
      deps.conversations.view(conversationId),
      flows.defaultApplication(),
    ])
    if (conversation.state === 'closed') {
      throw new DomainError('conversation-closed', 'This conversation has ended')
    }
    const applicationId = start.applicationId ?? standard
    if (applicationId === null) throw new DomainError('unavailable', 'No voice application is set up')
    const { locale, topic } = conversation
    const actor = await open({ conversationId, applicationId, locale, topic })
    const started = await withLogContext({ callId: actor.id, conversationId }, () =>
      actor.start(start.party, start.tabId, start.sdpOffer, { applicationId, preferredLanguage: locale }),
    )
    deps.teller.started(conversationId, actor.id)
    return started
  }

  const phoneCalls = createPhoneCalls({
    ...deps,
    conversations: deps.phoneConversations,
    open: async about => {
      const actor = await open({ ...about, topic: null })
      deps.teller.started(about.conversationId, actor.id)
      return actor
    },
  })

  return {
    async startCall(start) {
      if (byConversation.has(start.conversationId)) throw new AlreadyInCallError()
      if (!limit.take(start.party.rawId)) {
        throw new DomainError('too-many-requests', 'Too many calls at once; try again in a moment', {
          retryable: true,
        })
      }
      byConversation.set(start.conversationId, 'starting')
      try {
        return await begin(start)
      } finally {
        if (byConversation.get(start.conversationId) === 'starting')
          byConversation.delete(start.conversationId)
      }
    },
    async prepare({ offerId, workerId, ...request }) {
      const offer = routing.offersOf(workerId).find(one => one.id === offerId)
      if (offer === undefined || offer.callId === null) throw new NotFoundError('The offer')
      const limitMs = Date.parse(offer.expiresAt) - clock.now()
      if (limitMs <= 0) throw new NotFoundError('The offer')
      return actorOf(offer.callId).prepare({ ...request, offerId, limitMs: limitMs + STANDBY_GRACE_MS })
    },
    expect: (callId, rawId, sdpOffer) => actors.get(callId)?.expect(rawId, sdpOffer),
    join: async (callId, { assignmentId, party, tabId, sdpOffer }) =>
      actorOf(callId).join(assignmentId, party, tabId, sdpOffer),
    rejoin: async (callId, rawId, tabId, sdpOffer) => actorOf(callId).rejoin(rawId, tabId, sdpOffer),
    tone: async (callId, rawId, tone) => actorOf(callId).tone(rawId, tone),
    setMuted: async (callId, rawId, muted) => actorOf(callId).setMuted(rawId, muted),
    setPicture: async (callId, rawId, picture) => actorOf(callId).setPicture(rawId, picture),
    setHeld: async (callId, rawId, held) => actorOf(callId).setHeld(rawId, held),
    async hangUp(callId, rawId) {
      await actors.get(callId)?.hangUp(rawId)
    },
    callsWith: rawId =>
      [...actors.values()].filter(actor => actor.includes(rawId)).map(actor => actor.viewFor(rawId)),
    async viewForVisitor(callId) {
      const actor = actors.get(callId)
      if (actor !== undefined) return actor.viewForVisitor()
      const rows = await repository.find(callId)
      const visitor = rows?.participants.find(row => row.role === 'consumer')
      return rows === null || visitor === undefined ? null : presentStoredCall(rows, visitor.rawId)
    },
    async callsOf(conversationIds) {
      const calls = new Map<ConversationId, { callId: CallId; startedAt: string; durationMs: number }[]>()
      for (const { callId, conversationId, startedAt, endedAt } of await repository.past(conversationIds)) {
        const entry = {
          callId,
          startedAt: startedAt.toISOString(),
          durationMs: Math.max(0, endedAt.getTime() - startedAt.getTime()),
        }
        calls.set(conversationId, [...(calls.get(conversationId) ?? []), entry])
      }
      return calls
    },

    onSignal(signal) {
      if (signal.kind === 'assignmentEnded') return
      const { callId } = signal.job.context
      const actor = callId === null ? undefined : actors.get(callId)
      actor?.onSignal(signal)
    },
    onPhone: phoneCalls.onEvent,
    onMedia(event) {
      if (!('callId' in event.payload)) return
      actors.get(event.payload.callId)?.onMedia(event)
    },
    onMediaLost(roomIds) {
      for (const roomId of roomIds) actors.get(roomId)?.onMediaLost()
    },
    onOfferEnded(conversationId, offerId) {
      const actor = byConversation.get(conversationId)
      if (actor !== undefined && actor !== 'starting') actor.endOffer(offerId)
    },
    onConnected(rawId, tell) {
      for (const actor of actors.values()) actor.greet(rawId, () => tell(actor.id))
    },
    async endOf(conversationId, reason) {
      const actor = byConversation.get(conversationId)
      if (actor !== undefined && actor !== 'starting') await actor.end(reason, null)
    },
    async restore() {
      for (const rows of await repository.open()) {
        const { id } = rows.call
        if (actors.has(id)) continue
        const stored = await flows.resume(id)
        const applications = stored?.applications ?? (await flows.lookup())
        const actor = adopt(rows, stored?.run ?? null, applications, false)
        log.info({ callId: id }, 'call taken up after a restart')
        await actor.restore()
      }
    },
    async reconcile() {
      await Promise.all([...actors.values()].map(actor => actor.reconcile()))
      const jobIds = new Set([...actors.values()].map(actor => actor.jobId()))
      for (const job of routing.openVoiceJobs()) {
        if (!jobIds.has(job.id as JobId)) await routing.release(job.id as JobId)
      }
    },
    settled: async () => {
      await Promise.all([...actors.values()].map(actor => actor.settled()))
      await Promise.all(releases)
      await deps.teller.settled()
    },
    stop() {
      for (const actor of actors.values()) actor.stop()
    },
  }
}
