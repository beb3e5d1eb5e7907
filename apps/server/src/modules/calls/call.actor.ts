import type { Call, EndReason, LegGrant, Party, Tone } from '@guichet/contract'
import type { MediaEvent } from '@guichet/contract/media'
import {
  type AssignmentId,
  type CallId,
  DomainError,
  type JobId,
  type LegId,
  participantMachine,
  type QueueId,
  type RawId,
  type WorkerId,
} from '@guichet/domain'
import type { ApplicationLookup, EndReason as RunEndReason, RunEvent, RunStart } from '@guichet/domain/flow'
import {
  type Clock,
  type Ids,
  type Log,
  NotFoundError,
  type UnitOfWork,
  uuidOf,
} from '../../platform/index.ts'
import type { FlowsService } from '../flows/index.ts'
import type { JobPlace, JobSignal, RoutingDirectory, RoutingService } from '../routing/index.ts'
import { createApplicationRunner } from './application.runner.ts'
import { createCallLegs } from './call.legs.ts'
import { createCallLine } from './call.line.ts'
import { createCallPlayer } from './call.player.ts'
import type { CallRecord, ParticipantData } from './call.record.ts'
import type { CallTeller } from './call.teller.ts'
import type { PromptFilesPort } from './calls.ports.ts'
import { type CallScene, emptyScene, presentCall } from './calls.presenter.ts'
import type { CallsRepository } from './calls.repository.ts'
import type { MediaPort } from './media.ports.ts'
import { reconnectingWords } from './phrases.ts'
import type { SpeechPort } from './speech.ports.ts'

/** How long people may take to come, or to come back, in ms. */
export const patience = {
  visitorMs: 30_000,
  agentMs: 20_000,
  /** After a media process died: clients are told, and rejoin on their own. */
  mediaMs: 15_000,
  /** After this server restarted. */
  restartMs: 30_000,
  /** An agent who accepted, and has not been heard yet. */
  arrivalMs: 12_000,
} as const

/** The last words of a prompt are still on their way to the caller when it is over. */
const LAST_WORDS_MS = 350

const BOTH_BACK_MS = 1_500

const endReasons: Record<RunEndReason, EndReason> = {
  applicationEnded: 'applicationEnded',
  noInput: 'applicationEnded',
  overflow: 'overflow',
  timeout: 'timeout',
  noAgents: 'noAgents',
  continuedByChat: 'continuedByChat',
  chainTooLong: 'applicationEnded',
  applicationMissing: 'applicationEnded',
  transferFailed: 'applicationEnded',
  transferred: 'applicationEnded',
  callerHungUp: 'hungUp',
  callDisconnected: 'remoteHungUp',
}

export type CallActorDeps = {
  record: CallRecord
  /** The documents that the call began with, and since when it has run. */
  applications: ApplicationLookup
  repository: Pick<CallsRepository, 'save'>
  flows: Pick<FlowsService, 'saveRun'>
  routing: Pick<RoutingService, 'enqueue' | 'cancel' | 'unassign' | 'job' | 'place'> & {
    directory: RoutingDirectory
  }
  media: MediaPort
  speech: SpeechPort
  files: PromptFilesPort
  teller: CallTeller
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  /** Shows a call to every tab of a participant. */
  show(rawId: RawId, call: Call): void
  /** Tells every tab of a participant that they have to offer anew. */
  askToRejoin(rawId: RawId, callId: CallId): void
  showTone(rawId: RawId, callId: CallId, tone: Tone): void
  isTabOpen(rawId: RawId, tabId: string): boolean
  /** The call is over: its job is wrapped up when it was taken, called off while it waits. */
  releaseJob(jobId: JobId, assignmentId: AssignmentId | null): void
  onChanged(): void
  onOver(): void
}

/** One call, with all that happens to it one after the other. */
export type CallActor = ReturnType<typeof createCallActor>

/** Runs a call from its record; nothing is stored or shown before its first step. */
export function createCallActor(deps: CallActorDeps) {
  const { record, routing, clock, ids, log } = deps
  const { id: callId, conversationId } = record.call()
  const player = createCallPlayer({ ...deps, roomId: callId })
  const told = new Map<string, string>()
  let scene: CallScene = emptyScene
  /** The media were lost under the application: it goes on when the caller is back. */
  let mustResume = false
  let runStartedAt = record.call().startedAt
  let stopAwayNotice = () => {}

  const line = createCallLine({
    callId,
    conversationId,
    record,
    clock,
    log,
    async store({ rows, run, events }) {
      await deps.uow.run(async ({ trx, emit }) => {
        await deps.repository.save(trx, callId, rows)
        if (run !== null) await deps.flows.saveRun(trx, callId, run, new Date(runStartedAt))
        for (const { name, payload } of events) emit(name, payload)
      })
    },
    onStored() {
      showAll()
      deps.onChanged()
      if (isOver()) deps.onOver()
    },
    onAbandoned() {
      runner.stop()
      legs.closeRoom()
      deps.onOver()
    },
  })

  const legs = createCallLegs({
    ...deps,
    roomId: callId,
    host: { later: line.later, onArrived, onReturned, onInterrupted, onMissing },
  })

  const runner = createApplicationRunner({
    player,
    applications: deps.applications,
    clock,
    run: record.run(),
    host: {
      callerLeg: () => legIdOf(record.consumer()),
      later: line.later,
      saveRun: record.setRun,
      isAnswered: () => isFlowing(record.consumer()),
      showMenu(menu) {
        scene = { ...scene, menu: menu?.choices ?? null }
      },
      showWords(words) {
        line.later(() => {
          scene = { ...scene, announcement: words }
        })
      },
      enqueue,
      dequeue,
      offerChat: queueId => deps.teller.offerChat(conversationId, queueId),
      disconnect,
    },
  })

  function isOver(): boolean {
    return record.call().state === 'disconnected'
  }

  function legIdOf(participant: ParticipantData | undefined): LegId | null {
    return participant === undefined ? null : (record.legOf(participant.id)?.id ?? null)
  }

  function isFlowing(participant: ParticipantData | undefined): boolean {
    return participant !== undefined && legs.isFlowing(participant.id)
  }

  function viewFor(rawId: RawId): Call {
    return presentCall(record, scene, rawId)
  }

  /** Shows the call to those whose view of it changed. */
  function showAll(): void {
    for (const rawId of new Set(record.participants().map(row => row.rawId))) {
      const view = viewFor(rawId)
      const text = JSON.stringify(view)
      if (told.get(rawId) === text) continue
      told.set(rawId, text)
      deps.show(rawId, view)
    }
  }

  /** A participant's own part in the call. @throws NotFoundError `not-found` */
  function mine(rawId: RawId): ParticipantData {
    const participant = isOver() ? undefined : record.byRawId(rawId)
    if (participant === undefined) throw new NotFoundError('The call')
    return participant
  }

  // --- the caller's way through the application ---

  async function enqueue(queueId: QueueId): Promise<RunEvent[]> {
    const { jobId, locale, topic } = record.call()
    const known = jobId === null ? null : routing.job(jobId)
    if (known?.state === 'queued' && known.queueId === queueId) {
      const place = routing.place(known.id)
      return place === null ? [] : [placed('jobQueued', queueId, place)]
    }
    if (known?.state === 'assigned') return []
    const consumer = record.consumer()
    if (consumer === undefined) return []
    const newJobId = ids.uuid() as JobId
    record.updateCall({ jobId: newJobId })
    const { rawId, displayName, role } = consumer
    const contact: Party = { rawId, displayName, role }
    routing
      .enqueue({
        jobId: newJobId,
        queueId,
        channel: 'voice',
        context: { conversationId, callId, contact, topic, locale },
      })
      .catch(error => {
        log.warn({ err: error, queueId }, 'call could not join its queue')
        line.later(() => runner.dispatch({ kind: 'enqueueFailed', queueId }))
      })
    return []
  }

  function placed(kind: 'jobQueued' | 'positionChanged', queueId: QueueId, place: JobPlace): RunEvent {
    const queueName = routing.directory.queueName(queueId, record.call().locale)
    const since = scene.waiting?.since ?? new Date(clock.now()).toISOString()
    scene = { ...scene, waiting: { queueName, ...place, since } }
    return { kind, queueId, ...place }
  }

  async function dequeue(): Promise<void> {
    const { jobId } = record.call()
    scene = { ...scene, waiting: null }
    if (jobId !== null && routing.job(jobId)?.state === 'queued') await routing.cancel(jobId)
  }

  function disconnect(reason: RunEndReason): void {
    record.moveCall('disconnect')
    scene = { ...emptyScene, announcement: scene.announcement }
    clock.after(LAST_WORDS_MS, () => line.later(() => end(endReasons[reason], null)))
  }

  async function onSignal(signal: JobSignal): Promise<void> {
    if (signal.kind === 'assignmentEnded' || isOver()) return
    const { job } = signal
    if (job.id !== record.call().jobId) return
    const queueId = job.queueId as QueueId
    switch (signal.kind) {
      case 'queued':
        return runner.dispatch(placed('jobQueued', queueId, signal.place))
      case 'placed':
        return runner.dispatch(placed('positionChanged', queueId, signal.place))
      case 'overflowed':
        return leaveQueue({ kind: 'jobOverflowed', queueId })
      case 'timedOut':
        return leaveQueue({ kind: 'jobTimedOut', queueId })
      case 'noAgents':
        return leaveQueue({ kind: 'jobNoAgents', queueId })
      case 'cancelled':
        return leaveQueue({ kind: 'enqueueFailed', queueId })
      case 'assigned':
        addAgent(signal.assignment.id as AssignmentId, routing.directory.party(signal.assignment.workerId))
        return
      case 'completed': {
        const agent = record.present().find(row => row.assignmentId === signal.assignment.id)
        if (agent !== undefined) await end('hungUp', agent.rawId)
        return
      }
      case 'unassigned':
      case 'closed':
        return
    }
  }

  async function leaveQueue(event: RunEvent): Promise<void> {
    scene = { ...scene, waiting: null }
    await runner.dispatch(event)
  }

  // --- people coming and going ---

  function addParticipant(party: Party, change: Partial<ParticipantData>): ParticipantData {
    const participant: ParticipantData = {
      id: ids.uuid(),
      ...party,
      state: participantMachine.initial,
      assignmentId: null,
      tabId: null,
      isMuted: false,
      camera: false,
      screen: false,
      joinedAt: null,
      leftAt: null,
      leftReason: null,
      ...change,
    }
    record.addParticipant(participant)
    return participant
  }

  function addAgent(assignmentId: AssignmentId, party: Party): ParticipantData {
    const known = record.present().find(row => row.assignmentId === assignmentId)
    if (known !== undefined) return known
    scene = { ...scene, waiting: null }
    const agent = addParticipant(party, { assignmentId })
    record.moveParticipant(agent.id, 'ring')
    legs.await(agent.id, patience.arrivalMs)
    return agent
  }

  async function onArrived(participant: ParticipantData): Promise<void> {
    if (participant.role === 'consumer') {
      record.moveCall('connect')
      record.emit('call.connected', { callId, conversationId })
      await runner.dispatch(mustResume ? resumed() : { kind: 'callConnected' })
      return
    }
    const workerId = uuidOf(participant.rawId) as WorkerId
    record.updateCall({ answeredAt: record.call().answeredAt ?? clock.now() })
    record.emit('call.answered', { callId, conversationId, workerId })
    const queueId = queueOfJob()
    if (queueId !== null) await runner.dispatch({ kind: 'agentAccepted', queueId, workerId })
  }

  function queueOfJob(): QueueId | null {
    const { jobId } = record.call()
    const job = jobId === null ? null : routing.job(jobId)
    return job === null ? null : (job.queueId as QueueId)
  }

  function resumed(): RunEvent {
    mustResume = false
    return { kind: 'resumed' }
  }

  async function onReturned(participant: ParticipantData): Promise<void> {
    if (participant.role !== 'consumer') {
      stopAway()
      return
    }
    if (!mustResume) return
    if (participant.state === 'held') startHoldMusic(participant)
    // After lost media both come back within moments of each other: only a longer gap is worth a word.
    clock.after(BOTH_BACK_MS, () => line.later(() => (isAgentAway() ? startAway() : undefined)))
    await runner.dispatch(resumed())
  }

  function isAgentAway(): boolean {
    const agent = isOver() ? undefined : record.agent()
    return agent !== undefined && agent.joinedAt !== null && !isFlowing(agent)
  }

  function onInterrupted(participant: ParticipantData): void {
    const isConsumer = participant.role === 'consumer'
    legs.await(participant.id, isConsumer ? patience.visitorMs : patience.agentMs)
    if (!isConsumer && participant.joinedAt !== null) startAway()
  }

  async function onMissing(participant: ParticipantData): Promise<void> {
    if (participant.role !== 'consumer') await loseAgent(participant)
    else await end(missingReason, null)
  }
  let missingReason: EndReason = 'connectionLost'

  /** The caller hears what happened, then music, until the agent is back. */
  function startAway(): void {
    const consumer = record.consumer()
    const legId = legIdOf(consumer)
    if (legId === null || consumer?.state === 'held' || player.isLooping('away')) return
    const { locale } = record.call()
    const words = { kind: 'text', text: reconnectingWords[locale], language: locale, voice: null } as const
    let wanted = true
    const notice = player.play(legId, [words], said => {
      line.later(() => {
        scene = { ...scene, announcement: said }
      })
    })
    stopAwayNotice = () => {
      wanted = false
      notice.stop()
    }
    void notice.done.then(() => {
      if (wanted) player.startLoop('away', legId, { kind: 'default' })
    })
  }

  function stopAway(): void {
    stopAwayNotice()
    stopAwayNotice = () => {}
    player.stopLoop('away')
  }

  /** The agent is gone for good: the caller goes back to the front of the queue. */
  async function loseAgent(agent: ParticipantData): Promise<void> {
    stopAway()
    leave(agent, 'connectionLost')
    const consumer = record.consumer()
    if (consumer?.state === 'held') await setHeld(consumer, false)
    if (agent.assignmentId !== null) await routing.unassign(agent.assignmentId)
    await runner.dispatch({ kind: 'agentLost', workerId: uuidOf(agent.rawId) as WorkerId })
  }

  function leave(participant: ParticipantData, reason: EndReason): void {
    legs.close(participant)
    record.moveParticipant(participant.id, 'end')
    record.updateParticipant(participant.id, { leftAt: clock.now(), leftReason: reason })
    const { rawId } = participant
    record.emit('participant.left', { callId, conversationId, rawId, reason })
  }

  function startHoldMusic(consumer: ParticipantData): void {
    const legId = legIdOf(consumer)
    if (legId !== null) player.startLoop('hold', legId, { kind: 'default' })
  }

  async function setHeld(consumer: ParticipantData, held: boolean): Promise<void> {
    if (!record.moveParticipant(consumer.id, held ? 'hold' : 'resume')) return
    const changed = record.present().find(row => row.id === consumer.id) as ParticipantData
    await legs.update(changed)
    const { rawId } = consumer
    record.emit(held ? 'participant.held' : 'participant.resumed', { callId, conversationId, rawId })
    if (held) startHoldMusic(changed)
    else player.stopLoop('hold')
  }

  async function end(reason: EndReason, by: RawId | null): Promise<void> {
    if (isOver()) return
    stopAway()
    const { jobId, startedAt, answeredAt } = record.call()
    const agents = record.present().filter(row => row.assignmentId !== null)
    runner.finish(
      reason === 'hungUp' && by === record.consumer()?.rawId ? 'callerHungUp' : 'callDisconnected',
    )
    player.reset()
    legs.closeRoom()
    for (const participant of record.present()) {
      leave(participant, reason === 'hungUp' && participant.rawId !== by ? 'remoteHungUp' : reason)
    }
    scene = emptyScene
    const endedAt = clock.now()
    record.updateCall({ endedAt, endReason: reason, endedBy: by })
    record.moveCall('end')
    record.emit('call.ended', { callId, conversationId, reason })
    if (jobId !== null) deps.releaseJob(jobId, agents.at(-1)?.assignmentId ?? null)
    const wasMissed = answeredAt === null && jobId !== null
    deps.teller.ended(
      conversationId,
      wasMissed
        ? { code: 'callMissed', values: {} }
        : { code: 'callEnded', values: { durationMs: endedAt - (answeredAt ?? startedAt) } },
    )
  }

  function showTone(from: ParticipantData, tone: Tone): void {
    for (const other of record.present())
      if (other.rawId !== from.rawId) deps.showTone(other.rawId, callId, tone)
  }

  async function press(participant: ParticipantData, tone: Tone, by: 'key' | 'click'): Promise<void> {
    const wanted = participant.role === 'consumer' && (await runner.press(tone, by))
    if (!wanted) showTone(participant, tone)
  }

  return {
    id: callId,
    conversationId,
    jobId: () => record.call().jobId,
    state: () => record.call().state,
    isOver,
    viewFor,
    viewForVisitor(): Call | null {
      const visitor = record.participants().find(row => row.role === 'consumer')
      return visitor === undefined ? null : viewFor(visitor.rawId)
    },
    /** Whether somebody takes part in the call now. */
    includes: (rawId: RawId) => !isOver() && record.byRawId(rawId) !== undefined,
    /** Resolves when all steps so far are done. */
    settled: () => line.do(() => undefined),

    /** Begins the call: opens the visitor's leg and enters the application. */
    start: (party: Party, tabId: string, sdpOffer: string, application: RunStart) =>
      line.do(async (): Promise<{ call: Call } & LegGrant> => {
        const { applicationId } = record.call()
        const consumer = addParticipant(party, { tabId })
        const grant = await legs.connect(consumer, sdpOffer).catch(error => {
          // A call that never had a leg never was.
          line.abandon()
          throw error
        })
        legs.await(consumer.id, patience.visitorMs)
        record.emit('call.started', { callId, conversationId, applicationId })
        runStartedAt = clock.now()
        await runner.begin(application)
        return { ...grant, call: viewFor(party.rawId) }
      }),

    /** Takes the call up again from what is stored, after this server started. */
    restore: () =>
      line.do(async () => {
        mustResume = true
        missingReason = 'serverStopped'
        if (record.call().state === 'disconnecting') return end('serverStopped', null)
        legs.lost('server restarted', patience.restartMs)
        for (const { rawId } of record.present()) deps.askToRejoin(rawId, callId)
      }),

    /** Catches up with what happened to the job while nobody listened. */
    reconcile: () =>
      line.do(async () => {
        const { jobId } = record.call()
        const run = record.run()
        if (jobId === null || run === null || isOver()) return
        const job = routing.job(jobId)
        if (run.state === 'queueing' && job === null) {
          await leaveQueue({ kind: 'enqueueFailed', queueId: run.queueId })
        } else if (run.state === 'queueing' && job !== null) {
          const place = routing.place(jobId)
          if (place !== null) await runner.dispatch(placed('positionChanged', run.queueId, place))
        }
        if (job === null) {
          const agent = record.agent()
          if (agent !== undefined) await end('serverStopped', null)
        }
      }),

    /** An agent's acceptance; with an offer their leg joins in the same step. */
    join: (assignmentId: AssignmentId, party: Party, tabId: string, sdpOffer: string | undefined) =>
      line.do(async (): Promise<{ call: Call; leg: LegGrant | null }> => {
        if (isOver()) throw new NotFoundError('The call')
        const agent = addAgent(assignmentId, party)
        record.updateParticipant(agent.id, { tabId })
        if (sdpOffer === undefined) return { call: viewFor(party.rawId), leg: null }
        try {
          const leg = await legs.connect(agent, sdpOffer)
          return { call: viewFor(party.rawId), leg }
        } catch (error) {
          await loseAgent(agent)
          throw error
        }
      }),

    rejoin: (rawId: RawId, tabId: string, sdpOffer: string) =>
      line.do(async (): Promise<LegGrant> => {
        const participant = mine(rawId)
        const { tabId: holder } = participant
        if (holder !== null && holder !== tabId && isFlowing(participant) && deps.isTabOpen(rawId, holder)) {
          throw new DomainError('already-in-call', 'The call is held by another window')
        }
        record.updateParticipant(participant.id, { tabId })
        return legs.connect(participant, sdpOffer)
      }),

    tone: (rawId: RawId, tone: Tone) => line.do(() => press(mine(rawId), tone, 'click')),

    setMuted: (rawId: RawId, isMuted: boolean) =>
      line.do(async () => {
        const participant = mine(rawId)
        if (participant.isMuted === isMuted) return
        record.updateParticipant(participant.id, { isMuted })
        await legs.update(mine(rawId))
      }),

    setPicture: (rawId: RawId, picture: { camera: boolean; screen: boolean }) =>
      line.do(() => record.updateParticipant(mine(rawId).id, picture)),

    setHeld: (rawId: RawId, held: boolean) =>
      line.do(async () => {
        mine(rawId)
        const consumer = record.consumer()
        if (consumer !== undefined) await setHeld(consumer, held)
      }),

    hangUp: (rawId: RawId) =>
      line.do(async () => {
        mine(rawId)
        await end('hungUp', rawId)
      }),

    /** Ends the call from outside, e.g. with its conversation. */
    end: (reason: EndReason, by: RawId | null) => line.do(() => end(reason, by)),

    /** Asks a participant who has just reconnected for a new offer, if their leg needs one. */
    greet(rawId: RawId, tell: () => void): void {
      const participant = record.byRawId(rawId)
      if (participant !== undefined && legs.needsRejoin(participant.id)) tell()
    },

    onSignal: (signal: JobSignal) => line.later(() => onSignal(signal)),

    onMedia(event: MediaEvent): void {
      if (event.kind === 'play.ended') {
        player.ended(event.payload.playId, event.payload.reason)
      } else if (event.kind === 'leg.state') {
        line.later(() => (isOver() ? undefined : legs.onState(event.payload)))
      } else if (event.kind === 'digit') {
        const { legId, digit } = event.payload
        line.later(async () => {
          const leg = record.leg(legId)
          const participant = record.present().find(row => row.id === leg?.participantId)
          const tone = toneOf(digit)
          if (participant !== undefined && tone !== null && !isOver()) await press(participant, tone, 'key')
        })
      }
    },

    onMediaLost: () =>
      line.later(() => {
        if (isOver()) return
        mustResume = true
        missingReason = 'mediaFailed'
        player.reset()
        runner.mediaLost()
        legs.lost('media process lost', patience.mediaMs)
        for (const { rawId } of record.present()) deps.askToRejoin(rawId, callId)
      }),

    /** Lets go without ending the call: the next server takes it up. */
    stop(): void {
      runner.stop()
    },
  }
}

const tones = new Set<string>(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'])

function toneOf(digit: string): Tone | null {
  return tones.has(digit) ? (digit as Tone) : null
}
