import type { Call, EndReason, LegGrant, Party, Tone } from '@guichet/contract'
import type { MediaEvent } from '@guichet/contract/media'
import { type AssignmentId, DomainError, type RawId, type WorkerId } from '@guichet/domain'
import type { RunEvent, RunStart } from '@guichet/domain/flow'
import { NotFoundError, uuidOf } from '../../platform/index.ts'
import type { JobSignal } from '../routing/index.ts'
import { createApplicationRunner } from './application.runner.ts'
import { type CallActorDeps, endReasons } from './call.deps.ts'
import { type CallLegs, createCallLegs } from './call.legs.ts'
import { createCallLine } from './call.line.ts'
import { type CallPeople, createCallPeople } from './call.people.ts'
import { createCallPhones } from './call.phones.ts'
import { createCallPlayer } from './call.player.ts'
import { createCallQueueing } from './call.queueing.ts'
import type { ParticipantData } from './call.record.ts'
import { createCallStage } from './call.stage.ts'
import type { StandbyRequest } from './call.standby.ts'
import { emptyScene, presentCall } from './calls.presenter.ts'
import { patience } from './patience.ts'
import type { IncomingPhone, PhoneEvent } from './phone.ports.ts'

/** The last words of a prompt are still on their way to the caller when it is over. */
const LAST_WORDS_MS = 350

/** One call, with all that happens to it one after the other. */
export type CallActor = ReturnType<typeof createCallActor>

/** Runs a call from its record; nothing is stored or shown before its first step. */
export function createCallActor(deps: CallActorDeps) {
  const { record, clock, log } = deps
  const { id: callId, conversationId, startedAt } = record.call()
  const stage = createCallStage()
  const player = createCallPlayer({ ...deps, roomId: callId })
  const told = new Map<string, string>()
  /** The media were lost under the application: it goes on when the caller is back. */
  let mustResume = false
  let missingReason: EndReason = 'connectionLost'

  const line = createCallLine({
    callId,
    conversationId,
    record,
    clock,
    log,
    async store({ rows, run, events }) {
      await deps.uow.run(async ({ trx, emit }) => {
        await deps.repository.save(trx, callId, rows)
        if (run !== null) await deps.flows.saveRun(trx, callId, run, new Date(startedAt))
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
  const host = { later: line.later, dispatch: (event: RunEvent) => runner.dispatch(event) }
  const legs: CallLegs = createCallLegs({
    ...deps,
    roomId: callId,
    host: { ...host, onArrived, onReturned, onInterrupted, onMissing },
  })
  const phones = createCallPhones({ ...deps, legs })
  const people: CallPeople = createCallPeople({
    ...deps,
    stage,
    legs,
    player,
    host,
    unassign: deps.routing.unassign,
  })
  const queueing = createCallQueueing({
    ...deps,
    stage,
    host: {
      ...host,
      async onTaken(assignmentId, agent) {
        legs.keepOnly(agent.rawId)
        await legs.admit(people.addAgent(assignmentId, agent))
      },
      async onCompleted(assignmentId) {
        const agent = record.present().find(row => row.assignmentId === assignmentId)
        if (agent !== undefined) await end('hungUp', agent.rawId)
      },
    },
  })
  const runner = createApplicationRunner({
    player,
    applications: deps.applications,
    clock,
    run: record.run(),
    host: {
      callerLeg: people.callerLeg,
      later: line.later,
      saveRun: record.setRun,
      isAnswered: () => people.isFlowing(record.consumer()),
      showMenu: menu => stage.change({ menu: menu?.choices ?? null }),
      showWords: words => line.later(() => stage.change({ announcement: words })),
      enqueue: queueing.enqueue,
      dequeue: queueing.dequeue,
      offerChat: queueId => deps.teller.offerChat(conversationId, queueId),
      disconnect(reason) {
        record.moveCall('disconnect')
        stage.change({ menu: null, waiting: null })
        clock.after(LAST_WORDS_MS, () => line.later(() => end(endReasons[reason], null)))
      },
    },
  })

  function isOver(): boolean {
    return record.call().state === 'disconnected'
  }

  function viewFor(rawId: RawId): Call {
    return presentCall(record, stage.scene(), rawId)
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
    const queueId = queueing.queueId()
    if (queueId !== null) await runner.dispatch({ kind: 'agentAccepted', queueId, workerId })
  }

  function resumed(): RunEvent {
    mustResume = false
    return { kind: 'resumed' }
  }

  async function onReturned(participant: ParticipantData): Promise<void> {
    if (participant.role !== 'consumer') {
      people.agentBack()
      return
    }
    if (!mustResume) return
    people.callerBack()
    await runner.dispatch(resumed())
  }

  function onInterrupted(participant: ParticipantData): void {
    const isConsumer = participant.role === 'consumer'
    legs.await(participant.id, isConsumer ? patience.visitorMs : patience.agentMs)
    if (!isConsumer && participant.joinedAt !== null) people.agentAway()
  }

  async function onMissing(participant: ParticipantData): Promise<void> {
    if (participant.role === 'consumer') await end(missingReason, null)
    else await people.loseAgent(participant)
  }

  /** The media under the call are gone, for the reason that those who do not come back are told. */
  function loseMedia(detail: string, patienceMs: number, reason: EndReason): void {
    mustResume = true
    missingReason = reason
    player.reset()
    runner.mediaLost()
    legs.lost(detail, patienceMs)
    for (const { rawId } of record.present()) deps.askToRejoin(rawId, callId)
  }

  /** Browsers build a new connection by themselves; a telephone does not. */
  async function onMediaLost(): Promise<void> {
    const consumer = record.consumer()
    if (consumer !== undefined && phones.isPhone(consumer)) await end('mediaFailed', null)
    else loseMedia('media process lost', patience.mediaMs, 'mediaFailed')
  }

  async function onPhone(event: Exclude<PhoneEvent, { kind: 'incoming' }>): Promise<void> {
    if (event.kind !== 'ended') return phones.onEvent(event)
    const participant = phones.participantOf(event.phoneId)
    if (participant === undefined) return
    if (event.cause === 'hungUp' || event.cause === 'cancelled') await end('hungUp', participant.rawId)
    else await end('connectionLost', null)
  }

  async function end(reason: EndReason, by: RawId | null): Promise<void> {
    if (isOver()) return
    people.agentBack()
    const { jobId, answeredAt } = record.call()
    const assignmentId = record.present().findLast(row => row.assignmentId !== null)?.assignmentId ?? null
    const isCaller = by !== null && by === record.consumer()?.rawId
    runner.finish(reason === 'hungUp' && isCaller ? 'callerHungUp' : 'callDisconnected')
    player.reset()
    legs.closeRoom()
    phones.hangUpAll()
    for (const participant of record.present()) {
      people.leave(participant, reason === 'hungUp' && participant.rawId !== by ? 'remoteHungUp' : reason)
    }
    stage.change(emptyScene)
    const endedAt = clock.now()
    record.updateCall({ endedAt, endReason: reason, endedBy: by })
    record.moveCall('end')
    record.emit('call.ended', { callId, conversationId, reason })
    if (jobId !== null) deps.releaseJob(jobId, assignmentId)
    const durationMs = endedAt - (answeredAt ?? startedAt)
    const wasMissed = answeredAt === null && jobId !== null
    deps.teller.ended(
      conversationId,
      wasMissed ? { code: 'callMissed', values: {} } : { code: 'callEnded', values: { durationMs } },
    )
  }

  async function press(participant: ParticipantData, tone: Tone, by: 'key' | 'click'): Promise<void> {
    if (participant.role === 'consumer' && (await runner.press(tone, by))) return
    for (const other of record.present()) {
      if (other.rawId !== participant.rawId) deps.showTone(other.rawId, callId, tone)
    }
  }

  async function pressKey(legId: string, digit: string): Promise<void> {
    const leg = record.leg(legId)
    const participant = record.present().find(row => row.id === leg?.participantId)
    // The letters A to D of the standard are on no keypad of ours.
    if (participant !== undefined && !isOver() && /^[0-9*#]$/.test(digit)) {
      await press(participant, digit as Tone, 'key')
    }
  }

  return {
    id: callId,
    conversationId,
    jobId: () => record.call().jobId,
    state: () => record.call().state,
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
        const consumer = people.add(party, { tabId })
        const grant = await legs.connect(consumer, sdpOffer).catch(error => {
          // A call that never had a leg never was.
          line.abandon()
          throw error
        })
        legs.await(consumer.id, patience.visitorMs)
        record.emit('call.started', { callId, conversationId, applicationId })
        await runner.begin(application)
        return { ...grant, call: viewFor(party.rawId) }
      }),

    /** Begins the call of somebody who telephones: takes it, and enters the application. */
    startByPhone: (party: Party, phone: IncomingPhone, application: RunStart) =>
      line.do(async (): Promise<void> => {
        const { applicationId } = record.call()
        const consumer = people.add(party, {})
        await phones.answer(consumer, phone).catch(error => {
          line.abandon()
          throw error
        })
        legs.await(consumer.id, patience.visitorMs)
        record.emit('call.started', { callId, conversationId, applicationId })
        await runner.begin(application)
      }),

    onPhone: (event: Exclude<PhoneEvent, { kind: 'incoming' }>) =>
      line.later(() => (isOver() ? undefined : onPhone(event))),

    /** Takes the call up again from what is stored, after this server started. */
    restore: () =>
      line.do(async () => {
        // A telephone has no tab that could come back.
        const isByPhone = record.consumer()?.tabId === null
        if (record.call().state === 'disconnecting' || isByPhone) await end('serverStopped', null)
        else loseMedia('server restarted', patience.restartMs, 'serverStopped')
      }),

    /** Catches up with what happened to the job while nobody listened. */
    reconcile: () => line.do(() => (isOver() ? undefined : queueing.reconcile())),

    /** Makes a leg ready at a desk where an offer of this call rings. */
    prepare: (request: StandbyRequest) =>
      line.do(async (): Promise<LegGrant> => {
        if (isOver()) throw new NotFoundError('The call')
        return legs.prepare(request)
      }),

    expect: legs.expect,
    endOffer: legs.endOffer,

    /** An agent's acceptance; with an offer their leg joins in the same step. */
    join: (assignmentId: AssignmentId, party: Party, tabId: string, sdpOffer: string | undefined) =>
      line.do(async (): Promise<{ call: Call; leg: LegGrant | null }> => {
        if (isOver()) throw new NotFoundError('The call')
        const agent = people.addAgent(assignmentId, party)
        record.updateParticipant(agent.id, { tabId })
        if (sdpOffer === undefined) return { call: viewFor(party.rawId), leg: null }
        try {
          const leg = await legs.connect(agent, sdpOffer)
          legs.keepOnly(null)
          return { call: viewFor(party.rawId), leg }
        } catch (error) {
          await people.loseAgent(agent)
          throw error
        }
      }),

    rejoin: (rawId: RawId, tabId: string, sdpOffer: string) =>
      line.do(async (): Promise<LegGrant> => {
        const participant = mine(rawId)
        const { tabId: holder } = participant
        const isHeldElsewhere = holder !== null && holder !== tabId && deps.isTabOpen(rawId, holder)
        if (isHeldElsewhere && people.isFlowing(participant)) {
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
        await people.setHeld(held)
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

    onSignal: (signal: JobSignal) => line.later(() => (isOver() ? undefined : queueing.onSignal(signal))),

    onMedia(event: MediaEvent): void {
      const { kind, payload } = event
      if (kind === 'play.ended') player.ended(payload.playId, payload.reason)
      else if (kind === 'leg.state') line.later(() => (isOver() ? undefined : legs.onState(payload)))
      else if (kind === 'digit') line.later(() => pressKey(payload.legId, payload.digit))
    },

    onMediaLost: () =>
      line.later(async () => {
        if (!isOver()) return onMediaLost()
      }),

    /** Lets go without ending the call: the next server takes it up. */
    stop: () => runner.stop(),
  }
}
