import type { LegGrant } from '@guichet/contract'
import type { LegPart, MediaEventPayload } from '@guichet/contract/media'
import { DomainError, type LegId, type OfferId, type RawId } from '@guichet/domain'
import type { Clock, Ids, Log } from '../../platform/index.ts'
import type { MediaPort } from './media.ports.ts'

/** Who prepares for which offer; the leg lives for `limitMs` at most. */
export type StandbyRequest = {
  offerId: OfferId
  rawId: RawId
  tabId: string
  sdpOffer: string
  limitMs: number
}

/** A leg made ready while an offer rang, as it is when the offer is accepted. */
export type ReadyLeg = { sdpOffer: string; grant: LegGrant; isFlowing: boolean }

/**
 * Legs of agents at whose desks an offer of this call rings. Each neither hears nor is heard, no record knows of
 * it, and it ends with its offer at the latest. @source ADR 0022
 */
export type CallStandby = {
  /**
   * Opens a leg; an earlier one of the same tab ends.
   * @throws DomainError `media-unavailable` without a room, `too-many-requests` beyond the limits, `media-failed`
   */
  open(request: StandbyRequest): Promise<LegGrant>
  /** This leg of the agent's is about to accept: it is the one to let in once the call is theirs. */
  choose(rawId: RawId, sdpOffer: string): void
  /**
   * Gives out, once, the agent's leg that was made with this very offer of a browser, or without one the chosen
   * leg; null when there is none.
   */
  take(rawId: RawId, sdpOffer?: string): ReadyLeg | null
  /** Notes what media tell of a leg; says whether it is one of these. */
  note(payload: MediaEventPayload<'leg.state'>): boolean
  /** The offer is over without having been accepted. */
  endOffer(offerId: OfferId): void
  /** Somebody took the call: the legs of everybody else end; null keeps none. */
  keepOnly(rawId: RawId | null): void
  /** The room is gone with every leg in it. */
  forget(): void
}

/** Tabs of one agent that may stand by for one call. */
const MAX_PER_AGENT = 3
/** Legs that may stand by for one call; whoever rings beyond that accepts without one. */
const MAX_PER_CALL = 20

/** Out of the room in both directions: what is held neither hears nor is heard, and is shown to nobody. */
const apart: LegPart = { held: true, muted: true, deaf: true, audibleTo: 'nobody' }

type Standing = Omit<StandbyRequest, 'limitMs'> & {
  legId: LegId
  sdpAnswer: string | null
  state: 'negotiating' | 'flowing' | 'interrupted'
  isChosen: boolean
  cancelLimit(): void
}

/** @see CallStandby */
export function createCallStandby(deps: {
  roomId: string
  /** Whether the call's room is open in a media process now. */
  isRoomOpen(): boolean
  media: MediaPort
  clock: Clock
  ids: Ids
  log: Log
}): CallStandby {
  const { roomId, media, clock, ids, log } = deps
  const standing = new Map<string, Standing>()

  function end(leg: Standing): void {
    leg.cancelLimit()
    if (!standing.delete(leg.legId)) return
    media
      .request('leg.close', { legId: leg.legId })
      .catch(error => log.debug({ err: error }, 'media had let go of a standby leg already'))
  }

  function endWhere(fits: (leg: Standing) => boolean): void {
    for (const leg of [...standing.values()]) if (fits(leg)) end(leg)
  }

  return {
    async open({ limitMs, ...request }) {
      if (!deps.isRoomOpen()) throw new DomainError('media-unavailable', 'The call has no room now')
      endWhere(leg => leg.rawId === request.rawId && leg.tabId === request.tabId)
      const ofAgent = [...standing.values()].filter(leg => leg.rawId === request.rawId).length
      if (ofAgent >= MAX_PER_AGENT || standing.size >= MAX_PER_CALL) {
        throw new DomainError('too-many-requests', 'Enough legs stand by for this call')
      }
      const legId = ids.uuid() as LegId
      const leg: Standing = {
        ...request,
        legId,
        sdpAnswer: null,
        state: 'negotiating',
        isChosen: false,
        cancelLimit: clock.after(limitMs, () => endWhere(other => other.legId === legId)),
      }
      standing.set(legId, leg)
      try {
        const { sdpOffer } = request
        const { sdpAnswer } = await media.request('leg.open', { roomId, legId, sdpOffer, part: apart })
        // Its offer may have ended meanwhile, before media knew what to close.
        if (!standing.has(legId)) await media.request('leg.close', { legId })
        leg.sdpAnswer = sdpAnswer
        return { legId, sdpAnswer }
      } catch (error) {
        end(leg)
        throw error
      }
    },
    choose(rawId, sdpOffer) {
      for (const leg of standing.values()) {
        if (leg.rawId === rawId) leg.isChosen = leg.sdpOffer === sdpOffer
      }
    },
    take(rawId, sdpOffer) {
      const leg = [...standing.values()].find(
        one => one.rawId === rawId && (sdpOffer === undefined ? one.isChosen : one.sdpOffer === sdpOffer),
      )
      if (leg === undefined || leg.sdpAnswer === null || leg.state === 'interrupted') return null
      leg.cancelLimit()
      standing.delete(leg.legId)
      const grant = { legId: leg.legId, sdpAnswer: leg.sdpAnswer }
      return { sdpOffer: leg.sdpOffer, grant, isFlowing: leg.state === 'flowing' }
    },
    note({ legId, state }) {
      const leg = standing.get(legId)
      if (leg === undefined) return false
      if (state === 'ended') {
        leg.cancelLimit()
        standing.delete(legId)
      } else leg.state = state
      return true
    },
    endOffer: offerId => endWhere(leg => leg.offerId === offerId),
    keepOnly: rawId => endWhere(leg => leg.rawId !== rawId),
    forget() {
      for (const leg of standing.values()) leg.cancelLimit()
      standing.clear()
    },
  }
}
