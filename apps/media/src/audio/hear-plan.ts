import type { AudibleTo } from '@guichet/contract/media'

/** What of a leg decides who hears whom. `flowing`: packets are arriving from it. */
export type LegFacts = {
  legId: string
  flowing: boolean
  muted: boolean
  held: boolean
  deaf: boolean
  audibleTo: AudibleTo
}

/** A playback and whom it is for: the legs named, or everyone in the room. */
export type PlaybackFacts = { playId: string; legIds: readonly string[] | undefined }

/** How one listener's outgoing stream is fed. Ids of a mix are sorted, so equal mixes are equal as text. */
export type HearPlan =
  | { kind: 'silence' }
  | { kind: 'relay'; legId: string }
  | { kind: 'play'; playId: string }
  | { kind: 'mix'; legIds: string[]; playIds: string[] }

/** Whether `source` may be perceived by `listener`, leaving its microphone aside. Pictures follow this rule too. */
export function isPerceivedBy(source: LegFacts, listener: LegFacts): boolean {
  if (source.legId === listener.legId || !source.flowing) return false
  if (source.held || listener.held || listener.deaf) return false
  if (source.audibleTo === 'everyone') return true
  return source.audibleTo !== 'nobody' && source.audibleTo.includes(listener.legId)
}

function isPlayedTo(playback: PlaybackFacts, listener: LegFacts): boolean {
  if (playback.legIds === undefined) return !listener.held
  return playback.legIds.includes(listener.legId)
}

/**
 * Decides what `listener` hears. One source alone is passed on without decoding; two or more are mixed.
 */
export function planHearing(
  listener: LegFacts,
  legs: readonly LegFacts[],
  playbacks: readonly PlaybackFacts[],
): HearPlan {
  const legIds = legs.filter(leg => !leg.muted && isPerceivedBy(leg, listener)).map(leg => leg.legId)
  const playIds = playbacks.filter(playback => isPlayedTo(playback, listener)).map(({ playId }) => playId)
  const [legId] = legIds
  const [playId] = playIds
  if (legIds.length + playIds.length > 1)
    return { kind: 'mix', legIds: legIds.sort(), playIds: playIds.sort() }
  if (legId !== undefined) return { kind: 'relay', legId }
  if (playId !== undefined) return { kind: 'play', playId }
  return { kind: 'silence' }
}

/** Text equal for equal plans. */
export function planKey(plan: HearPlan): string {
  switch (plan.kind) {
    case 'silence':
      return 'silence'
    case 'relay':
      return `relay ${plan.legId}`
    case 'play':
      return `play ${plan.playId}`
    case 'mix':
      return `mix ${plan.legIds.join(',')} ${plan.playIds.join(',')}`
  }
}
