import type { DomainEventName, DomainEvents, EndReason, Locale, ParticipantRole } from '@guichet/contract'
import {
  type ApplicationId,
  type AssignmentId,
  accepts,
  type CallId,
  type CallState,
  type ConversationId,
  callMachine,
  type JobId,
  type LegId,
  type LegState,
  legMachine,
  type ParticipantState,
  participantMachine,
  type RawId,
  transition,
} from '@guichet/domain'
import type { ApplicationRun } from '@guichet/domain/flow'

/** A call as held in memory. Instants are epoch ms. */
export type CallData = {
  readonly id: CallId
  readonly conversationId: ConversationId
  readonly state: CallState
  readonly applicationId: ApplicationId | null
  readonly locale: Locale
  readonly topic: string | null
  readonly jobId: JobId | null
  readonly startedAt: number
  readonly answeredAt: number | null
  readonly endedAt: number | null
  readonly endReason: EndReason | null
  readonly endedBy: RawId | null
}

/** Somebody's part in a call; who comes back after leaving takes part anew. */
export type ParticipantData = {
  readonly id: string
  readonly rawId: RawId
  readonly role: ParticipantRole
  readonly displayName: string
  readonly state: ParticipantState
  readonly assignmentId: AssignmentId | null
  /** The browser tab that holds the leg. */
  readonly tabId: string | null
  readonly isMuted: boolean
  readonly camera: boolean
  readonly screen: boolean
  readonly joinedAt: number | null
  readonly leftAt: number | null
  readonly leftReason: EndReason | null
}

/** One party's media path to us. Instants are epoch ms. */
export type LegData = {
  readonly id: LegId
  readonly participantId: string
  readonly state: LegState
  readonly openedAt: number
  readonly endedAt: number | null
}

/** All that is stored of one call. */
export type CallRows = {
  call: CallData
  participants: readonly ParticipantData[]
  legs: readonly LegData[]
}

/** A row to write: `from` is its state as stored, null for a new one. */
export type RowChange =
  | { kind: 'call'; row: CallData; from: CallState | null }
  | { kind: 'participant'; row: ParticipantData; from: ParticipantState | null }
  | { kind: 'leg'; row: LegData; from: LegState | null }

/** What one step of a call made of it, to be stored in one transaction. */
export type CallChanges = {
  rows: RowChange[]
  run: ApplicationRun | null
  events: { [N in DomainEventName]: { name: N; payload: DomainEvents[N] } }[DomainEventName][]
}

type CallEvent = keyof (typeof callMachine)['table'][CallState]
type ParticipantEvent = keyof (typeof participantMachine)['table'][ParticipantState]
type LegEvent = keyof (typeof legMachine)['table'][LegState]

/** One call in memory: every state goes through its table, and what is not stored yet is known. */
export type CallRecord = {
  call(): CallData
  participants(): ParticipantData[]
  /** Those who have not left. */
  present(): ParticipantData[]
  consumer(): ParticipantData | undefined
  agent(): ParticipantData | undefined
  byRawId(rawId: string): ParticipantData | undefined
  legOf(participantId: string): LegData | undefined
  leg(legId: string): LegData | undefined
  openLegs(): LegData[]
  run(): ApplicationRun | null

  updateCall(change: Partial<Omit<CallData, 'id' | 'state'>>): void
  moveCall(event: CallEvent): void
  addParticipant(participant: ParticipantData): void
  updateParticipant(id: string, change: Partial<Omit<ParticipantData, 'id' | 'state'>>): void
  /** Moves a participant if the table allows it; says whether it did. */
  moveParticipant(id: string, event: ParticipantEvent): boolean
  addLeg(leg: LegData): void
  moveLeg(id: string, event: LegEvent, endedAt?: number): void
  setRun(run: ApplicationRun): void
  emit<N extends DomainEventName>(name: N, payload: DomainEvents[N]): void

  hasChanges(): boolean
  /** What is to be stored now. */
  changes(): CallChanges
  /** Marks those changes as stored. */
  stored(changes: CallChanges): void
}

/** @see CallRecord; `isNew` when nothing of it is stored yet. */
export function createCallRecord(
  rows: CallRows,
  initialRun: ApplicationRun | null,
  isNew: boolean,
): CallRecord {
  let call = rows.call
  let run = initialRun
  let runIsStored = !isNew || initialRun === null
  let storedCall = isNew ? null : call
  const participants = new Map(rows.participants.map(row => [row.id, row]))
  const legs = new Map(rows.legs.map(row => [row.id as string, row]))
  const storedParticipants = new Map(isNew ? [] : participants)
  const storedLegs = new Map(isNew ? [] : legs)
  let events: CallChanges['events'] = []

  const present = () => [...participants.values()].filter(row => row.state !== 'left')

  function pending(): RowChange[] {
    const changes: RowChange[] = []
    if (call !== storedCall) changes.push({ kind: 'call', row: call, from: storedCall?.state ?? null })
    for (const row of participants.values()) {
      const before = storedParticipants.get(row.id)
      if (before !== row) changes.push({ kind: 'participant', row, from: before?.state ?? null })
    }
    for (const row of legs.values()) {
      const before = storedLegs.get(row.id)
      if (before !== row) changes.push({ kind: 'leg', row, from: before?.state ?? null })
    }
    return changes
  }

  function participant(id: string): ParticipantData {
    return participants.get(id) as ParticipantData
  }

  return {
    call: () => call,
    participants: () => [...participants.values()],
    present,
    consumer: () => present().find(row => row.role === 'consumer'),
    agent: () => present().find(row => row.role === 'agent'),
    byRawId: rawId => present().find(row => row.rawId === rawId),
    legOf: participantId =>
      [...legs.values()].findLast(leg => leg.participantId === participantId && leg.state !== 'ended'),
    leg: legId => legs.get(legId),
    openLegs: () => [...legs.values()].filter(leg => leg.state !== 'ended'),
    run: () => run,

    updateCall(change) {
      call = { ...call, ...change }
    },
    moveCall(event) {
      const state = transition(callMachine, call.state, event)
      if (state !== call.state) call = { ...call, state }
    },
    addParticipant: row => void participants.set(row.id, row),
    updateParticipant: (id, change) => void participants.set(id, { ...participant(id), ...change }),
    moveParticipant(id, event) {
      const row = participant(id)
      if (!accepts(participantMachine, row.state, event)) return false
      participants.set(id, { ...row, state: transition(participantMachine, row.state, event) })
      return true
    },
    addLeg: row => void legs.set(row.id, row),
    moveLeg(id, event, endedAt) {
      const row = legs.get(id)
      if (row === undefined) return
      const state = transition(legMachine, row.state, event)
      if (state !== row.state) legs.set(id, { ...row, state, endedAt: endedAt ?? row.endedAt })
    },
    setRun(next) {
      if (next === run) return
      run = next
      runIsStored = false
    },
    emit(name, payload) {
      events.push({ name, payload } as CallChanges['events'][number])
    },

    hasChanges: () => !runIsStored || events.length > 0 || pending().length > 0,
    changes: () => ({ rows: pending(), run: runIsStored ? null : run, events }),
    stored(changes) {
      for (const change of changes.rows) {
        if (change.kind === 'call') storedCall = change.row
        else if (change.kind === 'participant') storedParticipants.set(change.row.id, change.row)
        else storedLegs.set(change.row.id, change.row)
      }
      if (changes.run === run) runIsStored = true
      events = events.slice(changes.events.length)
    },
  }
}
