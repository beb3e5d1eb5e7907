import { createUnwrapper, type Unwrapper } from './sequence.ts'

/** Where one packet of an outgoing stream stands. `sequence` and `timestamp` are wrapped, ready to send. */
export type OutgoingSlot = { sequence: number; timestamp: number; marker: boolean }

/** Where a packet of our outgoing stream came from, to answer a request for its retransmission. */
export type SlotOrigin = { source: object; sequence: number; timestampOffset: number }

/**
 * One outgoing RTP stream: a single SSRC whose numbers go on whatever feeds it. While one source is relayed its
 * own gaps in sequence and time are kept, so that the listener's loss concealment and DTX work as if the
 * source were heard directly; when the source changes, numbers continue after the last sent and the time
 * that passed in between. Sources are told apart by object identity.
 */
export type RtpOut = {
  readonly ssrc: number
  readonly clockRate: number
  /** Goes on at the clock of another codec. @source RFC 7160 §4.1 */
  useClock(clockRate: number): void
  /** Places a relayed packet; `undefined` for a duplicate or one from before the source took over. */
  relay(
    source: object,
    sequence: number,
    timestamp: number,
    marker: boolean,
    now: number,
  ): OutgoingSlot | undefined
  /** Closes the gap of a source's packet that is withheld (a keypad digit), so that it is not taken for loss. */
  withhold(source: object, sequence: number): void
  /** Places a packet of our own making that lasts `duration` clock units. */
  generate(source: object, duration: number, now: number): OutgoingSlot
  /** Packet of the current source that was sent with this sequence number, if it was. */
  originOf(sequence: number): SlotOrigin | undefined
  /** The RTP time that corresponds to `now`, for sender reports; `undefined` before the first packet. */
  timestampAt(now: number): number | undefined
  /** Packets sent so far. */
  packets(): number
}

/** Largest step within one source that is believed; beyond it the source is taken to have restarted. */
const maxSequenceStep = 3_000
const maxTimeStepSeconds = 30
/** Generated packets closer together than this many durations are one unbroken run. */
const maxRunDurations = 3
const windowSize = 128

/** Creates an outgoing stream of `clockRate` starting at the given numbers. */
export function createRtpOut(options: {
  ssrc: number
  clockRate: number
  firstSequence: number
  firstTimestamp: number
}): RtpOut {
  let clockRate = options.clockRate
  let perMs = clockRate / 1000
  let current: object | undefined
  let unwrapSequence: Unwrapper = createUnwrapper(16)
  let unwrapTimestamp: Unwrapper = createUnwrapper(32)
  let firstOfSource = 0
  let highestOfSource = 0
  let highestTimeOfSource = 0
  let sequenceOffset = 0
  let timestampOffset = 0
  let highestSequence = options.firstSequence - 1
  let highestTimestamp = options.firstTimestamp
  let lastDuration = 0
  let lastAt: number | undefined
  let packets = 0
  const sent = new Float64Array(windowSize).fill(-1)

  const nextTimestamp = (now: number, atLeast: number): number => {
    if (lastAt === undefined) return highestTimestamp
    return highestTimestamp + Math.max(atLeast, Math.round((now - lastAt) * perMs))
  }

  const note = (sequence: number, timestamp: number, now: number): void => {
    packets++
    if (sequence > highestSequence) highestSequence = sequence
    if (timestamp >= highestTimestamp || lastAt === undefined) {
      highestTimestamp = timestamp
      lastAt = now
    }
  }

  const slot = (sequence: number, timestamp: number, marker: boolean): OutgoingSlot => ({
    sequence: sequence & 0xffff,
    timestamp: ((timestamp % 4_294_967_296) + 4_294_967_296) % 4_294_967_296,
    marker,
  })

  const takeOver = (source: object, sequence: number, timestamp: number, now: number): void => {
    current = source
    unwrapSequence = createUnwrapper(16)
    unwrapTimestamp = createUnwrapper(32)
    firstOfSource = unwrapSequence(sequence)
    highestOfSource = firstOfSource - 1
    highestTimeOfSource = unwrapTimestamp(timestamp)
    sequenceOffset = highestSequence + 1 - firstOfSource
    timestampOffset = nextTimestamp(now, Math.max(1, lastDuration)) - highestTimeOfSource
    sent.fill(-1)
  }

  const isRestart = (sequence: number, timestamp: number): boolean =>
    Math.abs(sequence - highestOfSource) > maxSequenceStep ||
    Math.abs(timestamp - highestTimeOfSource) > maxTimeStepSeconds * clockRate

  return {
    ssrc: options.ssrc,
    get clockRate() {
      return clockRate
    },
    useClock(rate) {
      if (rate === clockRate) return
      clockRate = rate
      perMs = rate / 1000
      lastDuration = 0
      current = undefined
    },
    packets: () => packets,
    relay(source, sequence, timestamp, marker, now) {
      let switched = source !== current
      if (switched) takeOver(source, sequence, timestamp, now)
      let from = unwrapSequence(sequence)
      let time = unwrapTimestamp(timestamp)
      if (!switched && isRestart(from, time)) {
        takeOver(source, sequence, timestamp, now)
        from = firstOfSource
        time = highestTimeOfSource
        switched = true
      }
      if (from < firstOfSource || sent[from & (windowSize - 1)] === from) return undefined
      if (from <= highestOfSource - windowSize) return undefined
      sent[from & (windowSize - 1)] = from
      if (from > highestOfSource) {
        if (time > highestTimeOfSource) lastDuration = Math.min(time - highestTimeOfSource, 6 * 20 * perMs)
        highestOfSource = from
        highestTimeOfSource = Math.max(highestTimeOfSource, time)
      }
      const outSequence = from + sequenceOffset
      const outTimestamp = time + timestampOffset
      note(outSequence, outTimestamp, now)
      return slot(outSequence, outTimestamp, marker || switched)
    },
    withhold(source, sequence) {
      if (source !== current) return
      const from = unwrapSequence(sequence)
      if (from !== highestOfSource + 1) return
      highestOfSource = from
      firstOfSource = from + 1
      sequenceOffset--
    },
    generate(source, duration, now) {
      const switched = source !== current
      const unbroken =
        !switched && lastAt !== undefined && (now - lastAt) * perMs < maxRunDurations * duration
      const timestamp = unbroken ? highestTimestamp + duration : nextTimestamp(now, duration)
      const at = unbroken && lastAt !== undefined ? lastAt + duration / perMs : now
      current = source
      lastDuration = duration
      const sequence = highestSequence + 1
      note(sequence, timestamp, at)
      return slot(sequence, timestamp, !unbroken)
    },
    originOf(sequence) {
      if (current === undefined) return undefined
      const behind = (highestSequence - sequence) & 0xffff
      const from = highestSequence - behind - sequenceOffset
      if (behind >= 0x8000 || from < firstOfSource) return undefined
      return { source: current, sequence: from & 0xffff, timestampOffset }
    },
    timestampAt(now) {
      if (lastAt === undefined) return undefined
      return slot(0, highestTimestamp + Math.round((now - lastAt) * perMs), false).timestamp
    },
  }
}
