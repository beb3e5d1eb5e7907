import { isIPv4 } from 'node:net'
import type { LegGrant } from '@guichet/contract'
import type { LegPart, MediaEventPayload } from '@guichet/contract/media'
import { DomainError, type LegId, legMachine } from '@guichet/domain'
import type { Clock, Ids, Log } from '../../platform/index.ts'
import type { CallRecord, LegData, ParticipantData } from './call.record.ts'
import { type CallStandby, createCallStandby, type ReadyLeg, type StandbyRequest } from './call.standby.ts'
import type { MediaPort } from './media.ports.ts'

/** What legs tell the call that they belong to. */
export type LegsHost = {
  /** Sound flows for the first time. */
  onArrived(participant: ParticipantData): Promise<void>
  /** Sound flows again after an interruption. */
  onReturned(participant: ParticipantData): Promise<void>
  /** Nothing comes from the leg any more. */
  onInterrupted(participant: ParticipantData): void
  /** Somebody stayed away for longer than one may. */
  onMissing(participant: ParticipantData): Promise<void>
  later(action: () => Promise<void>): void
}

/** The legs of one call, and the room that they are in. */
export type CallLegs = {
  /** Makes a leg ready for whom the call is offered to. @see CallStandby.open */
  prepare(request: StandbyRequest): Promise<LegGrant>
  /** Whose acceptance is on its way, and with which offer of a browser. @see CallStandby.choose */
  expect: CallStandby['choose']
  /** The call is this agent's: the leg that accepted, if it stood by, is let in before anything is stored. */
  admit(agent: ParticipantData): Promise<void>
  /** An offer of the call is over without having been accepted. */
  endOffer: CallStandby['endOffer']
  /** Somebody took the call, or joined it (null): what was made ready for others ends. */
  keepOnly: CallStandby['keepOnly']
  /**
   * Gives a participant a leg, or their leg a new connection; a leg made ready with this very offer is theirs at
   * once. @throws DomainError `media-failed`, `media-unavailable`
   */
  connect(participant: ParticipantData, sdpOffer: string): Promise<LegGrant>
  /**
   * Gives a phone its leg. Answers with our answer, or with our offer when it made none.
   * @throws DomainError `media-failed`, `media-unavailable`
   */
  connectPhone(
    participant: ParticipantData,
    phone: { sdpOffer: string | null; host: string },
  ): Promise<string>
  /** A participant is there, though nothing was heard of them yet. */
  arrived(participant: ParticipantData): Promise<void>
  update(participant: ParticipantData): Promise<void>
  close(participant: ParticipantData): void
  onState(payload: MediaEventPayload<'leg.state'>): Promise<void>
  /** The room is gone with its media process, or with the server that ran before. */
  lost(reason: string, patienceMs: number): void
  /** Whether a participant has to offer anew before they can hear anything. */
  needsRejoin(participantId: string): boolean
  isFlowing(participantId: string): boolean
  /** Waits for somebody who is to come; ends with `onMissing`. */
  await(participantId: string, patienceMs: number): void
  closeRoom(): void
}

/** @see CallLegs */
export function createCallLegs(deps: {
  roomId: string
  record: CallRecord
  media: MediaPort
  host: LegsHost
  clock: Clock
  ids: Ids
  log: Log
}): CallLegs {
  const { roomId, record, media, host, clock, ids, log } = deps
  const inRoom = new Set<string>()
  /** Legs that stood by, as they were let in. */
  const admitted = new Map<string, ReadyLeg>()
  const absences = new Map<string, () => void>()
  const { id: callId, conversationId } = record.call()
  let isRoomOpen = false
  const standby = createCallStandby({ ...deps, isRoomOpen: () => isRoomOpen })

  async function openRoom(): Promise<void> {
    if (isRoomOpen) return
    await media.request('room.open', { roomId, callId })
    isRoomOpen = true
  }

  function partOf({ isMuted, state }: ParticipantData): LegPart {
    return { muted: isMuted, held: state === 'held' }
  }

  function newLeg(participant: ParticipantData, id = ids.uuid() as LegId): LegData {
    const leg: LegData = {
      id,
      participantId: participant.id,
      state: legMachine.initial,
      openedAt: clock.now(),
      endedAt: null,
    }
    record.addLeg(leg)
    return leg
  }

  async function negotiate(participant: ParticipantData, leg: LegData, sdpOffer: string): Promise<string> {
    if (inRoom.has(leg.id)) {
      return (await media.request('leg.replace', { legId: leg.id, sdpOffer })).sdpAnswer
    }
    await openRoom()
    const part = partOf(participant)
    const { sdpAnswer } = await media.request('leg.open', { roomId, legId: leg.id, sdpOffer, part })
    inRoom.add(leg.id)
    record.moveLeg(leg.id, 'negotiate')
    return sdpAnswer
  }

  function forgetRoom(): void {
    isRoomOpen = false
    inRoom.clear()
    admitted.clear()
    standby.forget()
  }

  /** Lets a leg that stood by into the room; false when media have it no more, and it is to be opened anew. */
  async function adopt(participant: ParticipantData, ready: ReadyLeg): Promise<boolean> {
    const { legId } = ready.grant
    const leg = newLeg(participant, legId)
    record.moveLeg(legId, 'negotiate')
    inRoom.add(legId)
    const part: LegPart = { deaf: false, audibleTo: 'everyone', ...partOf(participant) }
    try {
      await media.request('leg.update', { legId, part })
    } catch (error) {
      inRoom.delete(legId)
      if (isAway(error)) return false
      throw error
    }
    admitted.set(legId, ready)
    if (ready.isFlowing) await flow(leg, participant)
    return true
  }

  async function flow(leg: LegData, participant: ParticipantData): Promise<void> {
    const isFirst = participant.joinedAt === null
    record.moveLeg(leg.id, 'flow')
    present(participant.id)
    if (isFirst) {
      record.moveParticipant(participant.id, 'connect')
      record.updateParticipant(participant.id, { joinedAt: clock.now() })
      const { rawId, role } = participant
      record.emit('participant.joined', { callId, conversationId, rawId, role, legId: leg.id })
      await host.onArrived(participant)
    } else {
      record.emit('leg.rejoined', { callId, conversationId, legId: leg.id })
      await host.onReturned(participant)
    }
  }

  /** Media without the leg, or gone altogether a moment ago. */
  function isAway(error: unknown): boolean {
    return error instanceof DomainError && ['not-found', 'media-unavailable'].includes(error.code)
  }

  function present(participantId: string): void {
    absences.get(participantId)?.()
    absences.delete(participantId)
  }

  function wait(participantId: string, patienceMs: number): void {
    present(participantId)
    absences.set(
      participantId,
      clock.after(patienceMs, () => {
        absences.delete(participantId)
        host.later(async () => {
          const participant = record.present().find(row => row.id === participantId)
          if (participant === undefined || record.legOf(participantId)?.state === 'flowing') return
          await host.onMissing(participant)
        })
      }),
    )
  }

  function quietly(request: Promise<unknown>): void {
    request.catch(error => log.debug({ err: error }, 'media had let go already'))
  }

  return {
    prepare: standby.open,
    expect: standby.choose,
    async admit(agent) {
      if (record.legOf(agent.id) !== undefined) return
      const ready = standby.take(agent.rawId)
      if (ready !== null) await adopt(agent, ready)
    },
    endOffer: standby.endOffer,
    keepOnly: standby.keepOnly,
    async connect(participant, sdpOffer) {
      const known = record.legOf(participant.id)
      const entered = known === undefined ? undefined : admitted.get(known.id)
      if (entered?.sdpOffer === sdpOffer) return entered.grant
      const ready = known === undefined ? standby.take(participant.rawId, sdpOffer) : null
      if (ready !== null && (await adopt(participant, ready))) return ready.grant
      const leg = record.legOf(participant.id) ?? newLeg(participant)
      try {
        return { legId: leg.id, sdpAnswer: await negotiate(participant, leg, sdpOffer) }
      } catch (error) {
        // The media process may have died a moment ago: its room is opened again in the next one.
        if (!isAway(error)) throw error
        forgetRoom()
        return { legId: leg.id, sdpAnswer: await negotiate(participant, leg, sdpOffer) }
      }
    },
    async connectPhone(participant, { sdpOffer, host: source }) {
      await openRoom()
      const leg = newLeg(participant)
      const { sdp } = await media.request('phone.open', {
        roomId,
        legId: leg.id,
        part: partOf(participant),
        settings: { sources: isIPv4(source) ? [source] : [] },
        ...(sdpOffer === null ? {} : { sdpOffer }),
      })
      inRoom.add(leg.id)
      record.moveLeg(leg.id, 'negotiate')
      return sdp
    },
    async arrived(participant) {
      const leg = record.legOf(participant.id)
      if (leg?.state === 'negotiating') await flow(leg, participant)
    },
    async update(participant) {
      const leg = record.legOf(participant.id)
      if (leg === undefined || !inRoom.has(leg.id)) return
      await media.request('leg.update', { legId: leg.id, part: partOf(participant) })
    },
    close(participant) {
      present(participant.id)
      const leg = record.legOf(participant.id)
      if (leg === undefined) return
      record.moveLeg(leg.id, 'end', clock.now())
      if (inRoom.delete(leg.id)) quietly(media.request('leg.close', { legId: leg.id }))
    },
    async onState(payload) {
      const { legId, state, reason } = payload
      if (standby.note(payload)) return
      const leg = record.leg(legId)
      if (leg === undefined || leg.state === 'ended' || state === 'ended' || !inRoom.has(legId)) return
      const participant = record.present().find(row => row.id === leg.participantId)
      if (participant === undefined) return
      if (state === 'interrupted') {
        if (leg.state === 'interrupted') return
        record.moveLeg(legId, 'interrupt')
        record.emit('leg.interrupted', { callId, conversationId, legId: leg.id, reason })
        host.onInterrupted(participant)
        return
      }
      if (leg.state !== 'flowing') await flow(leg, participant)
    },
    lost(reason, patienceMs) {
      forgetRoom()
      for (const leg of record.openLegs()) {
        if (leg.state !== 'new' && leg.state !== 'interrupted') {
          record.moveLeg(leg.id, 'interrupt')
          record.emit('leg.interrupted', { callId, conversationId, legId: leg.id, reason })
        }
      }
      for (const participant of record.present()) wait(participant.id, patienceMs)
    },
    needsRejoin(participantId) {
      const leg = record.legOf(participantId)
      return leg !== undefined && !inRoom.has(leg.id)
    },
    isFlowing: participantId => record.legOf(participantId)?.state === 'flowing',
    await: wait,
    closeRoom() {
      for (const cancel of absences.values()) cancel()
      absences.clear()
      for (const leg of record.openLegs()) record.moveLeg(leg.id, 'end', clock.now())
      if (isRoomOpen) quietly(media.request('room.close', { roomId }))
      forgetRoom()
    },
  }
}
