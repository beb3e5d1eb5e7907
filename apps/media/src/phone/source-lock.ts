import type { PhoneSettings } from '@guichet/contract/media'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import type { RemoteAddress } from './sdp.ts'

/**
 * Decides whose packets enter a call. Sound is accepted from the signalled address; or, behind address translation,
 * from one other that proved itself while nothing had come from there; from then on from that one alone until the
 * signalling names another address. What comes from elsewhere never gets in.
 */
export type SourceLock = {
  /** Where to send. */
  readonly target: RemoteAddress | undefined
  readonly learned: boolean
  /** Signalling named an address; the same one again changes nothing. */
  retarget(remote: RemoteAddress, now: number): void
  /** Whether a packet of the agreed kinds gets in. `proved`: it carried a valid tag. */
  admits(packet: RtpPacket, address: string, port: number, proved: boolean, now: number): boolean
  /** Whether packets come from here already; the quick question asked first. */
  isFrom(address: string, port: number): boolean
  /** Whether a report may come from a host. */
  admitsReportFrom(address: string): boolean
}

/** Packets in a row that prove a source. */
const proofPackets = 3
/** Sequence numbers that may be missing between two of them. */
const maxGap = 3
const maxCandidates = 8
/** Old packets still on their way after the signalling moved a call prove nothing. */
const formerSourceMs = 1_000

type Candidate = { ssrc: number; sequence: number; packets: number }

/** Creates a lock without a target: nothing gets in yet. @source RFC 4961 (symmetric RTP), RFC 7362 §4 (latching) */
export function createSourceLock(settings: Pick<PhoneSettings, 'learn' | 'sources'>): SourceLock {
  const candidates = new Map<string, Candidate>()
  let signalled: RemoteAddress | undefined
  let locked: RemoteAddress | undefined
  let former: (RemoteAddress & { until: number }) | undefined

  const mayLearn = (address: string): boolean => {
    if (settings.learn === 'never') return false
    return (
      settings.learn === 'anywhere' || address === signalled?.address || settings.sources.includes(address)
    )
  }

  const isSignalled = (address: string, port: number): boolean =>
    signalled !== undefined && signalled.port === port && signalled.address === address

  const isProved = ({ ssrc, sequence }: RtpPacket, address: string, port: number): boolean => {
    const key = `${address}:${port}`
    const candidate = candidates.get(key)
    const step = candidate ? (sequence - candidate.sequence) & 0xffff : 0
    if (candidate && candidate.ssrc === ssrc && step >= 1 && step <= maxGap) {
      candidate.packets++
      candidate.sequence = sequence
      return candidate.packets >= proofPackets
    }
    if (!candidate && candidates.size >= maxCandidates) return false
    candidates.set(key, { ssrc, sequence, packets: 1 })
    return false
  }

  const lock = (address: string, port: number): true => {
    locked = { address, port }
    candidates.clear()
    return true
  }

  return {
    get target() {
      return locked ?? signalled
    },
    get learned() {
      return locked !== undefined && !isSignalled(locked.address, locked.port)
    },
    retarget(remote, now) {
      if (isSignalled(remote.address, remote.port)) return
      if (locked) former = { ...locked, until: now + formerSourceMs }
      signalled = remote
      locked = undefined
      candidates.clear()
    },
    isFrom: (address, port) => locked !== undefined && locked.port === port && locked.address === address,
    admits(packet, address, port, proved, now) {
      if (locked && locked.port === port && locked.address === address) return true
      // What signalling named goes before what was learned.
      if (isSignalled(address, port)) return lock(address, port)
      if (locked || !signalled) return false
      if (former && now < former.until && former.port === port && former.address === address) return false
      if (!proved && !mayLearn(address)) return false
      return isProved(packet, address, port) ? lock(address, port) : false
    },
    admitsReportFrom: address => address === (locked ?? signalled)?.address,
  }
}
