import type { Call, CallParticipant } from '@guichet/contract'
import type { ActiveCallSnapshot, SoftphoneProblemCode } from '@guichet/softphone'
import type { CallWords } from './call.words.en.ts'

/** What the screen shows of a call, decided in one place. */
export type CallScreen = {
  kind:
    | 'failed'
    | 'asking'
    | 'connecting'
    | 'reconnecting'
    | 'menu'
    | 'waiting'
    | 'talking'
    | 'hold'
    | 'ended'
  title: string
  hint: string
  /** What is being said to the visitor at this moment, in words; empty when it is nothing. */
  said: string
  /** Who is spoken with; null while it is nobody. */
  person: CallParticipant | null
  /** When talking began, epoch milliseconds; null while it has not. */
  talkingSince: number | null
}

const people = new Set(['agent', 'expert', 'supervisor'])
const ringing = new Set(['inviting', 'ringing', 'earlyMedia'])
const present = new Set(['connected', 'held'])

/** The person on the other side: who is connected before who is only rung. */
export function otherPerson(call: Call | null, selfRawId: string): CallParticipant | null {
  const others = call?.participants.filter(
    participant =>
      people.has(participant.role) && participant.rawId !== selfRawId && participant.state !== 'left',
  )
  return others?.find(participant => present.has(participant.state)) ?? null
}

/** Words for the state of a call as its visitor sees it. */
export function describeCall(snapshot: ActiveCallSnapshot, selfRawId: string, words: CallWords): CallScreen {
  const { call, phone, problem } = snapshot
  const person = otherPerson(call, selfRawId)
  const answeredAt = person && call?.answeredAt ? Date.parse(call.answeredAt) : null
  const screen = (kind: CallScreen['kind'], title: string, hint = ''): CallScreen => ({
    kind,
    title,
    hint,
    said: kind === 'ended' || kind === 'failed' ? '' : (call?.announcement ?? ''),
    person,
    talkingSince: answeredAt,
  })
  const { state } = words

  if (call?.endReason) return screen('ended', state.ended, words.ended[call.endReason])
  if (call?.state === 'disconnected') return screen('ended', state.ended)
  if (!call && problem) return screen('failed', words.server[problem.code] ?? words.server.other)
  if (phone.problem && (phone.state === 'idle' || (phone.state === 'ended' && !call))) {
    return screen('failed', words.problem[phone.problem.code])
  }
  if (phone.state === 'ended') {
    return screen('ended', state.ended, phone.problem ? words.problem[phone.problem.code] : '')
  }
  if (phone.state === 'idle' || phone.state === 'preparing') {
    return screen('asking', state.asking, state.askingHint)
  }
  if (phone.state === 'reconnecting')
    return screen('reconnecting', state.reconnecting, state.reconnectingHint)
  if (!call || phone.state !== 'connected') return screen('connecting', state.connecting)

  const self = call.participants.find(participant => participant.rawId === selfRawId)
  if (self?.isOnHold || self?.state === 'held') return screen('hold', state.hold, state.holdHint)
  if (call.state === 'transferring') return screen('connecting', state.transferring, state.holdHint)
  if (person) {
    const isPoor = phone.quality?.rating === 'poor'
    return screen('talking', state.inCall(person.displayName), isPoor ? state.poor : '')
  }
  if (call.menu) return screen('menu', state.menu, state.menuHint)
  if (call.waiting) {
    const { position, expectedWaitMs } = call.waiting
    const wait =
      expectedWaitMs === null ? '' : `${state.wait(Math.max(1, Math.round(expectedWaitMs / 60_000)))}. `
    return screen('waiting', state.position(position), wait + state.music)
  }
  const rings = call.participants.some(({ role, state }) => people.has(role) && ringing.has(state))
  if (rings) return screen('connecting', state.ringing)
  return screen('connecting', call.state === 'connected' ? state.listening : state.connecting)
}

export type BrowserKind = 'chrome' | 'firefox' | 'safari' | 'ios' | 'android'

/** Which browser's settings to describe. */
export function browserKind(userAgent: string): BrowserKind {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios'
  if (/Android/.test(userAgent)) return 'android'
  if (/Firefox\//.test(userAgent)) return 'firefox'
  if (/Safari\//.test(userAgent) && !/Chrom(e|ium)\//.test(userAgent)) return 'safari'
  return 'chrome'
}

/** What to do about a problem with a device; empty when there is nothing to do. */
export function adviceFor(code: SoftphoneProblemCode, browser: BrowserKind, words: CallWords): string {
  switch (code) {
    case 'permissionDenied':
      return words.advice[browser]
    case 'cancelled':
      return words.state.askingHint
    case 'permissionDeniedBySystem':
      return words.advice.system
    case 'noMicrophone':
      return words.advice.plug
    case 'deviceBusy':
      return words.advice.busy
    default:
      return ''
  }
}
