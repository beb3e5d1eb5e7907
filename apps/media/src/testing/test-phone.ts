import { createSocket, type Socket } from 'node:dgram'
import { type CodecName, codecs } from '../phone/codecs.ts'
import { type PhoneDescription, readPhoneDescription } from '../phone/sdp.ts'
import { createSrtpReceiver, createSrtpSender, type SrtpReceiver, type SrtpSender } from '../phone/srtp.ts'
import { type CryptoLine, type CryptoSuite, newCryptoLine, writeCryptoLine } from '../phone/srtp-keys.ts'
import { createDigitReader, type Digit } from '../rtp/digits.ts'
import { type RtcpMessage, readRtcp } from '../rtp/rtcp-read.ts'
import { buildPacket, isRtcp, parseRtp, type RtpHeader, type RtpPacket } from '../rtp/rtp-packet.ts'
import { strengthOf } from './packets.ts'

/** A telephone on loopback, as far as its sound goes. */
export type TestPhone = {
  readonly port: number
  readonly ssrc: number
  /** Packets received that got through protection and parsing. */
  readonly packets: readonly RtpPacket[]
  readonly digits: readonly Digit[]
  readonly reports: readonly RtcpMessage[]
  /** Packets that did not open with the agreed key. */
  readonly unopened: number
  describe(options?: { direction?: string; port?: number; address?: string; mux?: boolean }): string
  /** Learns where to send, and with which key, from what the media process said. */
  connect(sdp: string): void
  /** Sends a tone, fifty packets a second, until told another. */
  speak(hz: number | undefined): void
  sendRaw(packet: Buffer): void
  sendRtp(header: Partial<RtpHeader>, payload: Uint8Array): void
  /** Resolves once the frequencies named are heard, and the others are not, in the last fifth of a second. */
  waitForTone(heard: readonly number[], absent?: readonly number[], timeoutMs?: number): Promise<void>
  waitForPackets(count: number): Promise<void>
  waitForDigits(count: number): Promise<void>
  waitForReports(fits: (message: RtcpMessage) => boolean, timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

const frameMs = 20
const window = 10
const types: Record<CodecName, number> = { pcmu: 0, pcma: 8, g722: 9, opus: 111 }

const bind = (socket: Socket, port = 0) =>
  new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, '127.0.0.1', resolve)
  })

/** Opens a phone of one codec, with or without keypad events and protection. */
export async function openTestPhone(options: {
  codec: CodecName
  events?: boolean
  suite?: CryptoSuite
  /** Other codecs it offers after its own. */
  alsoOffers?: readonly CodecName[]
}): Promise<TestPhone> {
  const socket = createSocket('udp4')
  await bind(socket)
  const { port } = socket.address()
  const codec = codecs[options.codec]
  const encoder = codec.createEncoder(5)
  const decoder = codec.createDecoder()
  const eventClock = codec.clockRate
  const reader = createDigitReader(eventClock, 300)
  const own: CryptoLine | undefined = options.suite && newCryptoLine(1, options.suite)
  const sender: SrtpSender | undefined = own && createSrtpSender(own)
  let receiver: SrtpReceiver | undefined
  let remote: PhoneDescription['remote'] | undefined
  let version = 0
  const ssrc = 100_000 + port
  let sequence = 1_000
  let timestamp = 5_000
  let position = 0
  let hz: number | undefined
  let dueAt = performance.now()
  let unopened = 0
  const packets: RtpPacket[] = []
  const digits: Digit[] = []
  const reports: RtcpMessage[] = []
  const heardFrames: Int16Array[] = []
  const waiting = new Set<() => void>()

  const sendRaw = (packet: Buffer) => {
    if (remote) socket.send(packet, remote.port, remote.address)
  }

  const sendRtp: TestPhone['sendRtp'] = (header, payload) => {
    sequence = (sequence + 1) & 0xffff
    timestamp += codec.frameUnits
    const full = { payloadType: types[options.codec], marker: false, sequence, timestamp, ssrc, ...header }
    const packet = buildPacket(full, payload)
    sendRaw(sender ? sender.protectRtp(packet) : packet)
  }

  const timer = setInterval(() => {
    for (; dueAt <= performance.now(); dueAt += frameMs) {
      if (hz === undefined) continue
      const frequency = hz
      const frame = Int16Array.from({ length: 960 }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * frequency * (position + i)) / 48_000)),
      )
      position += 960
      sendRtp({}, encoder.encode(frame))
    }
  }, 5)

  socket.on('message', raw => {
    if (isRtcp(raw)) {
      const report = receiver ? receiver.openRtcp(raw) : raw
      if (report) reports.push(...readRtcp(report))
      else unopened++
    } else {
      const opened = receiver ? receiver.openRtp(raw) : raw
      const packet = opened && parseRtp(opened)
      if (!packet) unopened++
      else {
        packets.push(packet)
        const payload = packet.buffer.subarray(packet.payloadStart, packet.payloadEnd)
        if (packet.payloadType === 101) {
          const digit = reader.onPacket(packet, performance.now())
          if (digit) digits.push(digit)
        } else if (packet.payloadType === types[options.codec]) {
          heardFrames.push(Int16Array.from(decoder.decode(payload) ?? []))
          if (heardFrames.length > window) heardFrames.shift()
        }
      }
    }
    for (const check of waiting) check()
  })

  const until = (fits: () => boolean, what: () => string, timeoutMs = 4_000) =>
    new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(() => {
        waiting.delete(check)
        reject(new Error(what()))
      }, timeoutMs)
      const check = () => {
        if (!fits()) return
        waiting.delete(check)
        clearTimeout(timeout)
        resolve()
      }
      waiting.add(check)
      check()
    })

  const strengths = (frequencies: readonly number[]) => {
    const samples = heardFrames.flatMap(frame => [...frame])
    return frequencies.map(frequency => Math.round(strengthOf(frequency, samples)))
  }

  return {
    port,
    ssrc,
    packets,
    digits,
    reports,
    get unopened() {
      return unopened
    },
    describe({ direction = 'sendrecv', port: told = port, address = '127.0.0.1', mux = true } = {}) {
      const names = [options.codec, ...(options.alsoOffers ?? [])]
      const events = options.events ?? true
      return [
        'v=0',
        `o=phone ${port} ${++version} IN IP4 ${address}`,
        's=call',
        `c=IN IP4 ${address}`,
        't=0 0',
        `m=audio ${told} RTP/${own ? 'SAVP' : 'AVP'} ${names.map(name => types[name]).join(' ')} 13${events ? ' 101' : ''}`,
        ...names.map(name => `a=rtpmap:${types[name]} ${codecs[name].sdpName}`),
        ...(events ? [`a=rtpmap:101 telephone-event/${eventClock}`, 'a=fmtp:101 0-15'] : []),
        ...(own ? [`a=crypto:${writeCryptoLine(own)}`] : []),
        ...(mux ? ['a=rtcp-mux'] : []),
        `a=${direction}`,
        '',
      ].join('\r\n')
    },
    connect(sdp) {
      const theirs = readPhoneDescription(sdp, own !== undefined)
      remote = theirs.remote
      const [line] = theirs.crypto
      if (own && !line) throw new Error('no key in the answer')
      receiver = line && own ? createSrtpReceiver(line) : undefined
    },
    speak(next) {
      hz = next
      dueAt = performance.now()
    },
    sendRaw,
    sendRtp,
    waitForTone: (heard, absent = [], timeoutMs) =>
      until(
        () =>
          heardFrames.length === window &&
          strengths(heard).every(strength => strength > 2_500) &&
          strengths(absent).every(strength => strength < 300),
        () =>
          `of ${heard} heard ${strengths(heard)}, of ${absent} ${strengths(absent)}; ${packets.length} packets`,
        timeoutMs,
      ),
    waitForPackets(count) {
      const wanted = packets.length + count
      return until(
        () => packets.length >= wanted,
        () => `${packets.length} packets of ${wanted}`,
      )
    },
    waitForDigits: count =>
      until(
        () => digits.length >= count,
        () => `digits ${digits.map(({ digit }) => digit).join('')}`,
      ),
    waitForReports: (fits, timeoutMs) =>
      until(
        () => reports.some(fits),
        () => `${reports.length} reports`,
        timeoutMs,
      ),
    async close() {
      clearInterval(timer)
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}
