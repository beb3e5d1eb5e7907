import { z } from 'zod'
import { HearingMode, KeypadDigit, MediaId } from './ids.ts'
import { PhoneCodec, PhoneFacts, PhoneSettings, ProgressTone } from './phone.ts'

/** Longest SDP accepted, in characters. */
export const maxSdpLength = 65_536

const sdp = z.string().min(1).max(maxSdpLength)
const empty = z.strictObject({})

/** Who perceives a leg: everyone in its room, nobody (monitor), or only the legs named (whisper). */
export const AudibleTo = z.union([z.enum(['everyone', 'nobody']), z.array(MediaId).max(50)])
export type AudibleTo = z.infer<typeof AudibleTo>

/**
 * How a leg takes part; every flag is independent of the others.
 * `muted`: its sound reaches nobody (its keys and pictures still do).
 * `held`: neither perceived by the room nor perceiving it; hears only playbacks that name it.
 * `deaf`: perceives no leg, yet hears playbacks.
 */
export const LegPart = z.strictObject({
  muted: z.boolean().optional(),
  held: z.boolean().optional(),
  deaf: z.boolean().optional(),
  audibleTo: AudibleTo.optional(),
})
export type LegPart = z.infer<typeof LegPart>

/**
 * What a playback plays. `file`: absolute path of a WAV file (PCM of 8, 16, 24 or 32 bits or float, any rate,
 * mono or stereo). `tone`: a sine of `hz` for `durationMs`. `silence`: nothing, for timing. `music`: the
 * built-in music on hold. `progress`: one period of a country's tone that tells how a call goes, to be looped.
 */
export const PlaySource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
  z.strictObject({
    kind: z.literal('tone'),
    hz: z.number().min(20).max(20_000),
    durationMs: z.number().int().min(20).max(60_000),
  }),
  z.strictObject({ kind: z.literal('silence'), durationMs: z.number().int().min(20).max(60_000) }),
  z.strictObject({ kind: z.literal('music') }),
  z.strictObject({
    kind: z.literal('progress'),
    tone: ProgressTone,
    /** ISO 3166 code; the tones of ETSI for countries not in our table. */
    country: z.string().regex(/^[A-Z]{2}$/),
  }),
])
export type PlaySource = z.infer<typeof PlaySource>

/**
 * Quality of one direction of a leg. `lossRatio` 0 to 1 over the last period; `rttMs` absent until measured;
 * `mos` is an estimate from 1 to 4.5, of conversation. @source ITU-T G.107 (E-model, simplified)
 */
export const LegQuality = z.strictObject({
  lossRatio: z.number().min(0).max(1),
  jitterMs: z.number().nonnegative(),
  rttMs: z.number().nonnegative().optional(),
  mos: z.number().min(1).max(5).optional(),
})
export type LegQuality = z.infer<typeof LegQuality>

/** Packets and bytes of a leg since it opened, as seen by the media process. */
export const LegStats = z.strictObject({
  state: z.enum(['new', 'negotiating', 'flowing', 'interrupted', 'ended']),
  hearing: HearingMode,
  packetsReceived: z.number().int().nonnegative(),
  packetsSent: z.number().int().nonnegative(),
  bytesReceived: z.number().int().nonnegative(),
  bytesSent: z.number().int().nonnegative(),
  packetsRefused: z.number().int().nonnegative(),
  fromLeg: LegQuality,
  toLeg: LegQuality,
  pictures: z.array(
    z.strictObject({
      kind: z.enum(['camera', 'screen']),
      sending: z.boolean(),
      receiving: z.boolean(),
      keyFrameRequests: z.number().int().nonnegative(),
      retransmissionsAsked: z.number().int().nonnegative(),
      retransmissionsServed: z.number().int().nonnegative(),
    }),
  ),
  pictureBitrateCap: z.number().int().nonnegative(),
  phone: PhoneFacts.optional(),
})
export type LegStats = z.infer<typeof LegStats>

/** Load of one media process, for placing rooms and for metrics. `cpuRatio` is a share of one core. */
export const MediaLoad = z.strictObject({
  rooms: z.number().int().nonnegative(),
  legs: z.number().int().nonnegative(),
  playbacks: z.number().int().nonnegative(),
  mixedLegs: z.number().int().nonnegative(),
  cpuRatio: z.number().nonnegative(),
  loopLagP99Ms: z.number().nonnegative(),
  rssBytes: z.number().int().nonnegative(),
  uptimeMs: z.number().nonnegative(),
})
export type MediaLoad = z.infer<typeof MediaLoad>

/**
 * Every request of the media port: the payload it takes and the result it gives.
 *
 * `leg.open`, `leg.replace`: the offer holds one bundled audio line and up to two video lines, in the order
 * audio, camera, screen; the client offers once and turns pictures on by replacing tracks. Candidates may be
 * missing. `leg.replace` gives an existing leg a new peer connection (network change): what others receive
 * continues, they hear a gap. `leg.close`, `play.stop`, `room.close` succeed for ids already gone.
 * `play.start` answers when the source is ready to play; with `legIds` absent everyone in the room hears it,
 * now and later, except held legs. A loop goes on where the last loop of the same source in the room was stopped.
 *
 * A phone's leg: `phone.open` with an offer answers it, without one makes our offer, which `phone.apply` completes
 * with each answer that arrives (early answers of forks included; the last one counts). `phone.answer` and
 * `phone.offer` renegotiate. `onHold`: the phone wants to hear nothing from us now. Where packets are accepted from
 * changes by these requests alone. `digits.send` presses keys toward a leg, browsers included, and answers how long
 * it will take; the leg hears nothing else meanwhile. `digits.note` tells a key that came by signalling (SIP INFO);
 * the way a leg's first key comes by is the only one that counts for it.
 *
 * `room.open` with `prefer` asks browsers that join to send that codec, for calls known to go to a phone; with a
 * phone in the room its codec is preferred anyway. Problems: `not-found`, `invalid-request`, `media-failed`, `media-unavailable`.
 */
export const mediaRequests = {
  ping: { payload: empty, result: MediaLoad },
  'room.open': {
    payload: z.strictObject({ roomId: MediaId, callId: MediaId, prefer: PhoneCodec.optional() }),
    result: empty,
  },
  'room.close': { payload: z.strictObject({ roomId: MediaId }), result: empty },
  'leg.open': {
    payload: z.strictObject({ roomId: MediaId, legId: MediaId, sdpOffer: sdp, part: LegPart.optional() }),
    result: z.strictObject({ sdpAnswer: sdp }),
  },
  'leg.replace': {
    payload: z.strictObject({ legId: MediaId, sdpOffer: sdp }),
    result: z.strictObject({ sdpAnswer: sdp }),
  },
  'leg.update': { payload: z.strictObject({ legId: MediaId, part: LegPart }), result: empty },
  'leg.close': { payload: z.strictObject({ legId: MediaId }), result: empty },
  'phone.open': {
    payload: z.strictObject({
      roomId: MediaId,
      legId: MediaId,
      sdpOffer: sdp.optional(),
      part: LegPart.optional(),
      settings: PhoneSettings.prefault({}),
    }),
    result: z.strictObject({ sdp, onHold: z.boolean() }),
  },
  'phone.answer': {
    payload: z.strictObject({ legId: MediaId, sdpOffer: sdp }),
    result: z.strictObject({ sdp, onHold: z.boolean() }),
  },
  'phone.offer': {
    payload: z.strictObject({
      legId: MediaId,
      /** What we do: `sendonly` and `inactive` put the phone on hold. */
      direction: z.enum(['sendrecv', 'sendonly', 'inactive']).default('sendrecv'),
    }),
    result: z.strictObject({ sdp }),
  },
  'phone.apply': {
    payload: z.strictObject({
      legId: MediaId,
      sdpAnswer: sdp,
      /** The phone still rings: that no sound comes yet is no fault. */
      early: z.boolean().default(false),
    }),
    result: z.strictObject({ onHold: z.boolean() }),
  },
  'digits.send': {
    payload: z.strictObject({
      legId: MediaId,
      /** Keys, and commas for pauses of half a second. */
      digits: z.string().regex(/^[0-9*#A-D,]{1,64}$/),
      durationMs: z.number().int().min(40).max(1000).default(120),
      gapMs: z.number().int().min(40).max(1000).default(80),
    }),
    result: z.strictObject({ durationMs: z.number().nonnegative() }),
  },
  'digits.note': {
    payload: z.strictObject({
      legId: MediaId,
      digit: KeypadDigit,
      durationMs: z.number().int().min(0).max(60_000).default(0),
    }),
    result: empty,
  },
  'play.start': {
    payload: z.strictObject({
      playId: MediaId,
      roomId: MediaId,
      legIds: z.array(MediaId).min(1).max(100).optional(),
      source: PlaySource,
      loop: z.boolean().default(false),
      /** Linear gain applied to the source; 1 leaves it as it is. */
      gain: z.number().min(0.01).max(4).default(1),
    }),
    result: z.strictObject({ durationMs: z.number().nonnegative() }),
  },
  'play.stop': { payload: z.strictObject({ playId: MediaId }), result: empty },
  'stats.get': { payload: z.strictObject({ legId: MediaId }), result: LegStats },
} as const

export type MediaRequestKind = keyof typeof mediaRequests
/** What a caller passes for a request kind (defaults may be left out). */
export type MediaPayload<K extends MediaRequestKind> = z.input<(typeof mediaRequests)[K]['payload']>
/** The payload after parsing, defaults filled in. */
export type MediaParsedPayload<K extends MediaRequestKind> = z.output<(typeof mediaRequests)[K]['payload']>
/** What a request kind answers. */
export type MediaResult<K extends MediaRequestKind> = z.output<(typeof mediaRequests)[K]['result']>
/** All request kinds, in the order of the table. */
export const mediaRequestKinds = Object.keys(mediaRequests) as [MediaRequestKind, ...MediaRequestKind[]]
