import type { LegQuality } from '@guichet/contract/media'
import type { Clock } from '../clock.ts'
import type { Reception } from '../rtp/reception.ts'
import { readRtcp } from '../rtp/rtcp-read.ts'
import {
  writeBitrateCap,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from '../rtp/rtcp-write.ts'
import type { RtpOut } from '../rtp/rtp-out.ts'
import { cname } from '../sdp/answer.ts'
import type { PictureSink } from '../video/picture-sink.ts'

/** Reports exchanged with one leg: quality, round trip, requests for key frames and lost packets. */
export type LegReports = {
  onRtcp(packet: Buffer, now: number): void
  /** The compound packet due now. `capped` names the streams a bitrate cap is for. */
  write(now: number, cap: { bitsPerSecond: number; ssrcs: number[] } | undefined): Buffer
  /** Quality as the leg reported it last. */
  toLeg(): LegQuality
  rttMs(): number | undefined
}

/** What the reports are about, asked anew each time, since connections and pictures change. */
export type ReportSubjects = {
  audio: RtpOut
  audioBytes(): number
  sinks: readonly PictureSink[]
  receptions(): readonly Reception[]
}

/** Seconds from 1900, where NTP counts from, to 1970. @source RFC 5905 §6 */
const ntpOffsetSeconds = 2_208_988_800

/** Creates the reports of a leg. @source RFC 3550 §6.4 */
export function createLegReports(clock: Clock, subjects: ReportSubjects): LegReports {
  const quality: LegQuality = { lossRatio: 0, jitterMs: 0 }
  let rttMs: number | undefined

  const ntpAt = (now: number): { seconds: number; fraction: number; middle: number } => {
    const total = (clock.epochMs + now) / 1000 + ntpOffsetSeconds
    const seconds = Math.floor(total)
    const fraction = Math.floor((total - seconds) * 4_294_967_296)
    return { seconds, fraction, middle: ((seconds % 65_536) * 65_536 + Math.floor(fraction / 65_536)) >>> 0 }
  }

  const noteRoundTrip = (lastSenderReport: number, delay: number, now: number): void => {
    if (lastSenderReport === 0) return
    const units = (ntpAt(now).middle - lastSenderReport - delay) | 0
    if (units >= 0 && units < 65_536 * 30) rttMs = (units * 1000) / 65_536
  }

  const sinkOf = (ssrc: number): PictureSink | undefined =>
    subjects.sinks.find(sink => sink.out.ssrc === ssrc || sink.rtxSsrc === ssrc)

  return {
    onRtcp(packet, now) {
      for (const message of readRtcp(packet)) {
        if (message.kind === 'keyFrameRequest') {
          for (const ssrc of message.mediaSsrcs) sinkOf(ssrc)?.source?.requestKeyFrame(now)
          continue
        }
        if (message.kind === 'retransmissionRequest') {
          sinkOf(message.mediaSsrc)?.answer(message.sequences)
          continue
        }
        if (message.kind === 'senderReport') {
          subjects
            .receptions()
            .find(reception => reception.ssrc === message.ssrc)
            ?.onSenderReport(message.ntpMiddle, now)
        }
        for (const block of message.blocks) {
          noteRoundTrip(block.lastSenderReport, block.delaySinceLastSenderReport, now)
          const sink = sinkOf(block.ssrc)
          if (sink) sink.lossRatio = block.lossRatio
          if (block.ssrc === subjects.audio.ssrc) {
            quality.lossRatio = block.lossRatio
            quality.jitterMs = (block.jitter * 1000) / subjects.audio.clockRate
          }
        }
      }
    },
    write(now, cap) {
      const { seconds, fraction } = ntpAt(now)
      const outs = [
        { out: subjects.audio, bytes: subjects.audioBytes() },
        ...subjects.sinks.map(sink => ({ out: sink.out, bytes: sink.bytes })),
      ]
      const parts: Buffer[] = []
      for (const { out, bytes } of outs) {
        const timestamp = out.timestampAt(now)
        if (timestamp === undefined) continue
        parts.push(
          writeSenderReport({
            ssrc: out.ssrc,
            ntpSeconds: seconds,
            ntpFraction: fraction,
            timestamp,
            packets: out.packets(),
            bytes,
          }),
        )
      }
      const reports = subjects.receptions().map(reception => reception.report(now))
      parts.push(writeReceiverReport(subjects.audio.ssrc, reports))
      parts.push(writeSourceDescription(subjects.audio.ssrc, cname))
      if (cap) parts.push(writeBitrateCap(subjects.audio.ssrc, cap.bitsPerSecond, cap.ssrcs))
      return Buffer.concat(parts)
    },
    toLeg: () => (rttMs === undefined ? { ...quality } : { ...quality, rttMs }),
    rttMs: () => rttMs,
  }
}
