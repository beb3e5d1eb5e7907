import { z } from 'zod'
import { KeypadDigit, MediaId, PictureKind } from './ids.ts'
import { LegQuality, MediaLoad } from './requests.ts'

const ofLeg = { roomId: MediaId, callId: MediaId, legId: MediaId }

/**
 * Every event of the media port. All but `media.*` carry the room and its call.
 *
 * `leg.state`: `flowing` at the first packet and again after an interruption; `interrupted` when nothing came
 * from the leg for about 2 s, its connection was lost, or it was never made; `ended` once, after `leg.close`
 * or `room.close`. `leg.firstPacket`: first sound packet of the leg, once. `digit`: once per key pressed.
 * `leg.speaking`: on change, at most four a second; `level` in dB below full scale (0 loudest, 127 silent).
 * `leg.picture`: a camera or screen began or stopped arriving. `leg.quality`: every 5 s while flowing,
 * `fromLeg` as received by us, `toLeg` as the leg reports it.
 */
export const mediaEvents = {
  'media.ready': z.strictObject({ pid: z.number().int(), udpPort: z.number().int(), version: z.string() }),
  'media.load': MediaLoad,
  'leg.state': z.strictObject({
    ...ofLeg,
    state: z.enum(['flowing', 'interrupted', 'ended']),
    reason: z.enum(['packets', 'silence', 'connection-lost', 'never-connected', 'closed', 'room-closed']),
  }),
  'leg.firstPacket': z.strictObject(ofLeg),
  digit: z.strictObject({ ...ofLeg, digit: KeypadDigit, durationMs: z.number().nonnegative() }),
  'leg.speaking': z.strictObject({
    ...ofLeg,
    speaking: z.boolean(),
    level: z.number().int().min(0).max(127),
  }),
  'leg.picture': z.strictObject({ ...ofLeg, picture: PictureKind, active: z.boolean() }),
  'leg.quality': z.strictObject({ ...ofLeg, fromLeg: LegQuality, toLeg: LegQuality }),
  'play.ended': z.strictObject({
    roomId: MediaId,
    callId: MediaId,
    playId: MediaId,
    reason: z.enum(['completed', 'stopped', 'failed']),
  }),
} as const

export type MediaEventKind = keyof typeof mediaEvents
/** What an event of a kind carries. */
export type MediaEventPayload<K extends MediaEventKind> = z.output<(typeof mediaEvents)[K]>
/** Any event, told apart by `kind`. */
export type MediaEvent = {
  [K in MediaEventKind]: { type: 'event'; kind: K; payload: MediaEventPayload<K> }
}[MediaEventKind]
/** All event kinds, in the order of the table. */
export const mediaEventKinds = Object.keys(mediaEvents) as [MediaEventKind, ...MediaEventKind[]]
