import type {
  LegStats,
  MediaEvent,
  MediaEventKind,
  MediaEventPayload,
  MediaParsedPayload,
  MediaResult,
} from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import type { SoundStore } from './audio/sound-store.ts'
import { createTicker } from './audio/ticker.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { PeerLink, PeerListener } from './peer/peer-link.ts'
import type { CodecName } from './phone/codecs.ts'
import { openPhoneLeg, type PhoneLeg } from './phone/phone-leg.ts'
import type { UdpPorts } from './phone/udp-ports.ts'
import { type BrowserLeg, createLeg, type Leg, type LegListener } from './room/leg.ts'
import { createPlayback } from './room/playback.ts'
import { createRoom, type Room } from './room/room.ts'
import type { Offer } from './sdp/offer.ts'

/** What the engine is built with. */
export type EngineDeps = {
  clock: Clock
  log: Log
  sounds: SoundStore
  maxLegs: number
  /** A random integer from 0 to 2³²−1. */
  random(): number
  openLink(name: string, offer: Offer, listener: PeerListener): PeerLink
  /** Ports of phones. */
  phonePorts: UdpPorts
  emit(event: MediaEvent): void
}

/** The rooms of one media process, and every verb of the media port except `ping`. */
export type Engine = {
  readonly size: { rooms: number; legs: number; playbacks: number; mixedLegs: number }
  openRoom(request: MediaParsedPayload<'room.open'>): void
  closeRoom(request: MediaParsedPayload<'room.close'>): void
  openLeg(request: MediaParsedPayload<'leg.open'>): { sdpAnswer: string }
  replaceLeg(request: MediaParsedPayload<'leg.replace'>): { sdpAnswer: string }
  updateLeg(request: MediaParsedPayload<'leg.update'>): void
  closeLeg(request: MediaParsedPayload<'leg.close'>): void
  openPhone(request: MediaParsedPayload<'phone.open'>): Promise<MediaResult<'phone.open'>>
  answerPhone(request: MediaParsedPayload<'phone.answer'>): MediaResult<'phone.answer'>
  offerPhone(request: MediaParsedPayload<'phone.offer'>): MediaResult<'phone.offer'>
  applyPhone(request: MediaParsedPayload<'phone.apply'>): MediaResult<'phone.apply'>
  sendDigits(request: MediaParsedPayload<'digits.send'>): { durationMs: number }
  noteDigit(request: MediaParsedPayload<'digits.note'>): void
  startPlayback(request: MediaParsedPayload<'play.start'>): Promise<{ durationMs: number }>
  stopPlayback(request: MediaParsedPayload<'play.stop'>): void
  stats(request: MediaParsedPayload<'stats.get'>): LegStats
  close(): void
}

const housekeepingMs = 250
/** Legs are looked after in turns, so that a thousand of them do not all report at once. */
const housekeepingTurns = 10

/** Creates an engine without rooms. */
export function createEngine(deps: EngineDeps): Engine {
  const { clock, log } = deps
  type Entry = { leg: Leg; browser?: BrowserLeg; phone?: PhoneLeg; room: Room; turn: number }
  const rooms = new Map<string, Room>()
  const legs = new Map<string, Entry>()
  /** Codec wanted of browsers in rooms known to get a phone. */
  const roomPreferences = new Map<string, CodecName>()
  /** Phones' legs whose ports are being opened. */
  const opening = new Set<string>()
  const playbackRooms = new Map<string, Room>()
  /** Playbacks being prepared; stopping one takes it out. */
  const preparing = new Set<string>()
  const ticker = createTicker(clock, error => log.error('mixing failed', { error: String(error) }))
  let turn = 0

  const emit = <K extends MediaEventKind>(kind: K, payload: MediaEventPayload<K>): void => {
    deps.emit({ type: 'event', kind, payload } as MediaEvent)
  }

  const lookAfterLegs = (): void => {
    const now = clock.now()
    turn = (turn + 1) % housekeepingTurns
    for (const entry of legs.values()) {
      if (entry.turn !== turn) continue
      try {
        entry.leg.onTime(now)
      } catch (error) {
        log.error('leg housekeeping failed', { leg: entry.leg.legId, error: String(error) })
      }
    }
  }
  const stopHousekeeping = clock.every(housekeepingMs / housekeepingTurns, lookAfterLegs)

  const roomOf = (roomId: string): Room => {
    const room = rooms.get(roomId)
    if (!room) throw new DomainError('not-found', 'No such room', { details: { roomId } })
    return room
  }

  const legOf = (legId: string): Entry => {
    const entry = legs.get(legId)
    if (!entry) throw new DomainError('not-found', 'No such leg', { details: { legId } })
    return entry
  }

  const phoneOf = (legId: string): { phone: PhoneLeg; room: Room } => {
    const { phone, room } = legOf(legId)
    if (!phone) throw new DomainError('invalid-request', 'The leg is not that of a phone')
    return { phone, room }
  }

  /** The codec that a browser in the room had best send: a phone's, which then needs no transcoding. */
  const preferredOf = (room: Room): CodecName | undefined => {
    for (const { phone, room: of } of legs.values()) if (of === room && phone) return phone.hears.name
    return roomPreferences.get(room.roomId)
  }

  /** Codecs that the others of a room send, phones first. */
  const codecsBeside = (room: Room, legId: string | undefined): CodecName[] => {
    const others = [...legs.values()].filter(entry => entry.room === room && entry.leg.legId !== legId)
    const names = others.sort((a, b) => Number(!a.phone) - Number(!b.phone)).map(({ leg }) => leg.codec.name)
    return [...new Set(names)]
  }

  const checkPlace = (legId: string): void => {
    if (legs.has(legId) || opening.has(legId)) {
      throw new DomainError('invalid-request', 'The leg is already open')
    }
    if (legs.size + opening.size >= deps.maxLegs) {
      throw new DomainError('media-unavailable', 'This media process is full', { retryable: true })
    }
  }

  const listenerOf = (room: Room): LegListener => {
    const ids = (leg: Leg) => ({ roomId: room.roomId, callId: room.callId, legId: leg.legId })
    return {
      onSound: room.onSound,
      onWithheldSound: room.onWithheldSound,
      onPicture: room.onPicture,
      pictureLossOf: room.pictureLossOf,
      onChange: () => room.changed(),
      onState(leg, state, reason) {
        log.info('leg state', { ...ids(leg), state, reason })
        emit('leg.state', { ...ids(leg), state, reason })
      },
      onFirstPacket: leg => emit('leg.firstPacket', ids(leg)),
      onDigit: (leg, digit) => emit('digit', { ...ids(leg), ...digit }),
      onSpeaking: (leg, speaking, level) => emit('leg.speaking', { ...ids(leg), speaking, level }),
      onPictureActive: (leg, picture, active) => emit('leg.picture', { ...ids(leg), picture, active }),
      onQuality: (leg, fromLeg, toLeg) => emit('leg.quality', { ...ids(leg), fromLeg, toLeg }),
    }
  }

  const endPlayback = (room: Room, playId: string, reason: 'completed' | 'stopped' | 'failed'): void => {
    playbackRooms.delete(playId)
    emit('play.ended', { roomId: room.roomId, callId: room.callId, playId, reason })
  }

  const endLeg = (leg: Leg, room: Room, reason: 'closed' | 'room-closed'): void => {
    legs.delete(leg.legId)
    room.removeLeg(leg)
    leg.close(reason)
  }

  return {
    get size() {
      let mixedLegs = 0
      for (const room of rooms.values()) mixedLegs += room.mixedLegs
      return { rooms: rooms.size, legs: legs.size, playbacks: playbackRooms.size, mixedLegs }
    },
    openRoom({ roomId, callId, prefer }) {
      if (rooms.has(roomId)) throw new DomainError('invalid-request', 'The room is already open')
      const room = createRoom({
        roomId,
        callId,
        ticker,
        now: clock.now,
        onPlaybackEnded: playback => endPlayback(room, playback.playId, 'completed'),
      })
      rooms.set(roomId, room)
      if (prefer) roomPreferences.set(roomId, prefer)
      log.info('room opened', { roomId, callId })
    },
    closeRoom({ roomId }) {
      const room = rooms.get(roomId)
      if (!room) return
      for (const playback of room.playbacks) {
        if (room.removePlayback(playback.playId)) endPlayback(room, playback.playId, 'stopped')
      }
      for (const leg of room.legs) endLeg(leg, room, 'room-closed')
      rooms.delete(roomId)
      roomPreferences.delete(roomId)
      room.close()
      log.info('room closed', { roomId, callId: room.callId })
    },
    openLeg({ roomId, legId, sdpOffer, part }) {
      const room = roomOf(roomId)
      checkPlace(legId)
      const leg = createLeg(legId, part ?? {}, {
        clock,
        ticker,
        listener: listenerOf(room),
        openLink: deps.openLink,
        random: deps.random,
      })
      const sdpAnswer = leg.connect(sdpOffer, preferredOf(room))
      legs.set(legId, { leg, browser: leg, room, turn: legs.size % housekeepingTurns })
      room.addLeg(leg)
      log.info('leg opened', { roomId, callId: room.callId, legId })
      return { sdpAnswer }
    },
    replaceLeg({ legId, sdpOffer }) {
      const { browser, room } = legOf(legId)
      if (!browser) throw new DomainError('invalid-request', 'The leg is not that of a browser')
      const sdpAnswer = browser.connect(sdpOffer, preferredOf(room))
      log.info('leg replaced', { roomId: room.roomId, callId: room.callId, legId })
      return { sdpAnswer }
    },
    updateLeg({ legId, part }) {
      legOf(legId).leg.update(part)
    },
    closeLeg({ legId }) {
      const entry = legs.get(legId)
      if (entry) endLeg(entry.leg, entry.room, 'closed')
    },
    async openPhone({ roomId, legId, sdpOffer, part, settings }) {
      const room = roomOf(roomId)
      checkPlace(legId)
      opening.add(legId)
      try {
        const phone = await openPhoneLeg(legId, part ?? {}, settings, {
          clock,
          ticker,
          listener: listenerOf(room),
          ports: deps.phonePorts,
          random: deps.random,
        })
        try {
          if (rooms.get(roomId) !== room) throw new DomainError('not-found', 'The room was closed meanwhile')
          const beside = codecsBeside(room, legId)
          const described =
            sdpOffer === undefined
              ? { sdp: phone.offer('sendrecv', beside), onHold: false }
              : phone.answer(sdpOffer, beside)
          legs.set(legId, { leg: phone, phone, room, turn: legs.size % housekeepingTurns })
          room.addLeg(phone)
          log.info('phone leg opened', { roomId, callId: room.callId, legId })
          return described
        } catch (error) {
          phone.discard()
          throw error
        }
      } finally {
        opening.delete(legId)
      }
    },
    answerPhone({ legId, sdpOffer }) {
      const { phone, room } = phoneOf(legId)
      return phone.answer(sdpOffer, [phone.hears.name, ...codecsBeside(room, legId)])
    },
    offerPhone({ legId, direction }) {
      const { phone, room } = phoneOf(legId)
      return { sdp: phone.offer(direction, [phone.hears.name, ...codecsBeside(room, legId)]) }
    },
    applyPhone({ legId, sdpAnswer, early }) {
      return phoneOf(legId).phone.apply(sdpAnswer, early)
    },
    sendDigits({ legId, digits, durationMs, gapMs }) {
      return { durationMs: legOf(legId).leg.sendDigits(digits, durationMs, gapMs) }
    },
    noteDigit({ legId, digit, durationMs }) {
      legOf(legId).leg.noteDigit({ digit, durationMs })
    },
    async startPlayback({ playId, roomId, legIds, source, loop, gain }) {
      const room = roomOf(roomId)
      if (playbackRooms.has(playId) || preparing.has(playId)) {
        throw new DomainError('invalid-request', 'The playback has already started')
      }
      preparing.add(playId)
      try {
        const sound = await deps.sounds.load(source, gain)
        const wanted = preparing.has(playId) && rooms.get(roomId) === room
        if (wanted) {
          playbackRooms.set(playId, room)
          const key = JSON.stringify(source)
          const looped = loop ? { key, place: room.loopPlace(key) } : null
          room.addPlayback(createPlayback(playId, legIds, sound, looped))
        } else {
          endPlayback(room, playId, 'stopped')
        }
        return { durationMs: sound.durationMs }
      } finally {
        preparing.delete(playId)
      }
    },
    stopPlayback({ playId }) {
      preparing.delete(playId)
      const room = playbackRooms.get(playId)
      if (room?.removePlayback(playId)) endPlayback(room, playId, 'stopped')
    },
    stats({ legId }) {
      const { leg, room } = legOf(legId)
      return leg.stats(room.hearingOf(leg))
    },
    close() {
      stopHousekeeping()
      for (const roomId of [...rooms.keys()]) this.closeRoom({ roomId })
    },
  }
}
