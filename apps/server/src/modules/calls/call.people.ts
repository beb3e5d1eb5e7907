import type { EndReason, Party } from '@guichet/contract'
import { type AssignmentId, type LegId, participantMachine, type RawId, type WorkerId } from '@guichet/domain'
import type { RunEvent } from '@guichet/domain/flow'
import { type Clock, type Ids, uuidOf } from '../../platform/index.ts'
import type { CallLegs } from './call.legs.ts'
import type { CallPlayer } from './call.player.ts'
import type { CallRecord, ParticipantData } from './call.record.ts'
import type { CallStage } from './call.stage.ts'
import { patience } from './patience.ts'
import { reconnectingWords } from './phrases.ts'

/** After lost media both come back within moments of each other: only a longer gap is worth a word. */
const BOTH_BACK_MS = 1_500

/** Who takes part in a call: coming, being held, going, and being away for a moment. */
export type CallPeople = {
  add(party: Party, change: Partial<ParticipantData>): ParticipantData
  /** The agent who took the call's job; rings until their leg is there. */
  addAgent(assignmentId: AssignmentId, party: Party): ParticipantData
  /** Whoever left is out of the room and the record. */
  leave(participant: ParticipantData, reason: EndReason): void
  /** The agent is gone for good: the caller goes back to the front of the queue. */
  loseAgent(agent: ParticipantData): Promise<void>
  /** Holding gives the visitor music, and neither side the other. */
  setHeld(held: boolean): Promise<void>
  /** An agent's sound stopped: the caller hears why, then music. */
  agentAway(): void
  agentBack(): void
  /** The caller is back in a new room: what they heard there begins again. */
  callerBack(): void
  callerLeg(): LegId | null
  isFlowing(participant: ParticipantData | undefined): boolean
}

/** @see CallPeople */
export function createCallPeople(deps: {
  record: CallRecord
  stage: CallStage
  legs: CallLegs
  player: CallPlayer
  host: { later(action: () => void): void; dispatch(event: RunEvent): Promise<void> }
  unassign(assignmentId: AssignmentId): Promise<void>
  clock: Clock
  ids: Ids
}): CallPeople {
  const { record, stage, legs, player, host, clock, ids } = deps
  const { id: callId, conversationId, locale } = record.call()
  let stopNotice = () => {}

  function add(party: Party, change: Partial<ParticipantData>): ParticipantData {
    const participant: ParticipantData = {
      id: ids.uuid(),
      rawId: party.rawId,
      displayName: party.displayName,
      role: party.role,
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

  function callerLeg(): LegId | null {
    const consumer = record.consumer()
    return consumer === undefined ? null : (record.legOf(consumer.id)?.id ?? null)
  }

  function isFlowing(participant: ParticipantData | undefined): boolean {
    return participant !== undefined && legs.isFlowing(participant.id)
  }

  function leave(participant: ParticipantData, reason: EndReason): void {
    legs.close(participant)
    record.moveParticipant(participant.id, 'end')
    record.updateParticipant(participant.id, { leftAt: clock.now(), leftReason: reason })
    const { rawId } = participant
    record.emit('participant.left', { callId, conversationId, rawId, reason })
  }

  function startHoldMusic(): void {
    const legId = callerLeg()
    if (legId !== null) player.startLoop('hold', legId, { kind: 'default' })
  }

  async function setHeld(held: boolean): Promise<void> {
    const consumer = record.consumer()
    if (consumer === undefined || !record.moveParticipant(consumer.id, held ? 'hold' : 'resume')) return
    const rawId: RawId = consumer.rawId
    record.emit(held ? 'participant.held' : 'participant.resumed', { callId, conversationId, rawId })
    await legs.update(record.consumer() as ParticipantData)
    if (held) startHoldMusic()
    else player.stopLoop('hold')
  }

  function agentAway(): void {
    const legId = callerLeg()
    if (legId === null || record.consumer()?.state === 'held' || player.isLooping('away')) return
    stopNotice()
    let isWanted = true
    const words = { kind: 'text', text: reconnectingWords[locale], language: locale, voice: null } as const
    const notice = player.play(legId, [words], said => {
      // The words stay on screen while the music plays: the agent is still away.
      if (said === null) return
      host.later(() => {
        if (isWanted) stage.change({ announcement: said })
      })
    })
    stopNotice = () => {
      isWanted = false
      notice.stop()
      stage.change({ announcement: null })
    }
    void notice.done.then(() => {
      if (isWanted) player.startLoop('away', legId, { kind: 'default' })
    })
  }

  function agentBack(): void {
    stopNotice()
    stopNotice = () => {}
    player.stopLoop('away')
  }

  function isAgentAway(): boolean {
    const agent = record.agent()
    return agent !== undefined && agent.joinedAt !== null && !isFlowing(agent)
  }

  return {
    add,
    addAgent(assignmentId, party) {
      const known = record.present().find(row => row.assignmentId === assignmentId)
      if (known !== undefined) return known
      const agent = add(party, { assignmentId })
      record.moveParticipant(agent.id, 'ring')
      legs.await(agent.id, patience.arrivalMs)
      return agent
    },
    leave,
    async loseAgent(agent) {
      agentBack()
      leave(agent, 'connectionLost')
      await setHeld(false)
      if (agent.assignmentId !== null) await deps.unassign(agent.assignmentId)
      await host.dispatch({ kind: 'agentLost', workerId: uuidOf(agent.rawId) as WorkerId })
    },
    setHeld,
    agentAway,
    agentBack,
    callerBack() {
      if (record.consumer()?.state === 'held') startHoldMusic()
      clock.after(BOTH_BACK_MS, () =>
        host.later(() => {
          if (isAgentAway()) agentAway()
        }),
      )
    },
    callerLeg,
    isFlowing,
  }
}
