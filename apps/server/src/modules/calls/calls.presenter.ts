import type { Call } from '@guichet/contract'
import type { RawId } from '@guichet/domain'
import type { CallData, CallRecord, CallRows, ParticipantData } from './call.record.ts'

/** What a screen shows of a call besides what is stored. */
export type CallScene = {
  menu: Call['menu']
  waiting: Call['waiting']
  /** What an application is saying, in words. */
  announcement: string | null
}

/** A scene with nothing in it. */
export const emptyScene: CallScene = { menu: null, waiting: null, announcement: null }

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** A call as one of its participants may see it: menu and place are the caller's own business. */
export function presentCall(
  record: Pick<CallRecord, 'call' | 'participants'>,
  scene: CallScene,
  viewer: RawId,
): Call {
  const everyone = record.participants()
  const call = asSeenBy(record.call(), everyone, viewer)
  const isOver = call.state === 'disconnected'
  const isConsumer = everyone.some(row => row.rawId === viewer && row.role === 'consumer')
  const wasHungUp = call.endReason === 'hungUp' && call.endedBy !== null && call.endedBy !== viewer
  return {
    id: call.id,
    conversationId: call.conversationId,
    state: call.state,
    participants: everyone
      .filter(row => isOver || row.state !== 'left')
      .map(row => ({
        rawId: row.rawId,
        displayName: row.displayName,
        role: row.role,
        state: row.state,
        isMuted: row.isMuted,
        isOnHold: row.state === 'held',
        camera: row.camera,
        screen: row.screen,
      })),
    menu: isConsumer ? scene.menu : null,
    waiting: isConsumer ? scene.waiting : null,
    announcement: isConsumer ? scene.announcement : null,
    startedAt: new Date(call.startedAt).toISOString(),
    answeredAt: iso(call.answeredAt),
    endedAt: iso(call.endedAt),
    endReason: wasHungUp ? 'remoteHungUp' : call.endReason,
  }
}

/** For whoever has left, the call is over, whatever the others do. */
function asSeenBy(call: CallData, everyone: readonly ParticipantData[], viewer: RawId): CallData {
  const own = everyone.filter(row => row.rawId === viewer)
  const last = own.at(-1)
  if (call.state === 'disconnected' || last === undefined || own.some(row => row.state !== 'left'))
    return call
  return { ...call, state: 'disconnected', endedAt: last.leftAt, endReason: last.leftReason, endedBy: null }
}

/** A call that is over, from its rows. */
export function presentStoredCall(rows: CallRows, viewer: RawId): Call {
  return presentCall(
    { call: () => rows.call, participants: () => [...rows.participants] },
    emptyScene,
    viewer,
  )
}
