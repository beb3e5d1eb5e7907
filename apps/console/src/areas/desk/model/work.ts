import type { AssignmentView, Call, DeskSnapshot } from '@guichet/contract'

type Presence = NonNullable<DeskSnapshot['worker']>['presence']

/** How one piece of work stands, in the word that its card shows. */
export type WorkState = 'chat' | 'inCall' | 'onHold' | 'otherTab' | 'wrapUp'

/** State of a card; a running call that this tab does not carry is somewhere else. */
export const workStateOf = (
  assignment: Pick<AssignmentView, 'state' | 'channel' | 'callId'>,
  calls: readonly Call[],
  ownCallId: string | null,
): WorkState => {
  if (assignment.state === 'wrapUp') return 'wrapUp'
  if (assignment.channel === 'chat') return 'chat'
  const call = calls.find(known => known.id === assignment.callId)
  if (call && call.endedAt === null && call.id !== ownCallId) return 'otherTab'
  return call?.participants.some(party => party.isOnHold && party.state !== 'left') ? 'onHold' : 'inCall'
}

/** Active work, oldest first; calls before chats, because a voice waits worse than a text. */
export const sortActive = (assignments: readonly AssignmentView[]): AssignmentView[] =>
  assignments
    .filter(work => work.state === 'active')
    .sort(
      (a, b) =>
        Number(b.channel === 'voice') - Number(a.channel === 'voice') ||
        a.assignedAt.localeCompare(b.assignedAt),
    )

/** What an empty desk should teach: ready, set to receive nothing, or in no queue. */
export const emptyDesk = (
  worker: { presence: Presence; queues: readonly unknown[] } | null,
): 'notWorker' | 'noQueues' | 'ready' | 'away' => {
  if (!worker) return 'notWorker'
  if (worker.queues.length === 0) return 'noQueues'
  return worker.presence === 'available' ? 'ready' : 'away'
}

/** Offers missed one after the other just before the presence was set away: those since the last accepted work. */
export const countMissedInRow = (
  missed: readonly { at: string }[],
  presenceSince: string,
  withinMs = 15 * 60_000,
): number => {
  const until = Date.parse(presenceSince) + 2_000
  return Math.max(
    1,
    missed.filter(offer => Date.parse(offer.at) <= until && Date.parse(offer.at) > until - withinMs).length,
  )
}
