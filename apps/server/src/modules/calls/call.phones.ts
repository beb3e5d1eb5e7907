import { DomainError } from '@guichet/domain'
import type { Log } from '../../platform/index.ts'
import type { CallLegs } from './call.legs.ts'
import type { CallRecord, ParticipantData } from './call.record.ts'
import type { MediaPort } from './media.ports.ts'
import type { IncomingPhone, PhoneEvent, PhoneId, PhonePort } from './phone.ports.ts'

/** The telephones of one call. */
export type CallPhones = {
  /** Gives a phone that rings us its leg, and takes its call. @throws DomainError `media-failed`, `media-unavailable` */
  answer(participant: ParticipantData, phone: IncomingPhone): Promise<void>
  /** Who is behind a phone, while they take part. */
  participantOf(phoneId: PhoneId): ParticipantData | undefined
  isPhone(participant: ParticipantData): boolean
  /** What a phone of this call did, its end aside. */
  onEvent(event: Exclude<PhoneEvent, { kind: 'incoming' | 'ended' }>): Promise<void>
  /** Hangs up at every phone that is still there. */
  hangUpAll(): void
}

/** @see CallPhones */
export function createCallPhones(deps: {
  record: CallRecord
  legs: CallLegs
  media: MediaPort
  phones: PhonePort
  log: Log
}): CallPhones {
  const { record, legs, media, phones, log } = deps
  const participantIds = new Map<PhoneId, string>()

  function participantOf(phoneId: PhoneId): ParticipantData | undefined {
    const id = participantIds.get(phoneId)
    return record.present().find(row => row.id === id)
  }

  async function reoffered(phoneId: PhoneId, legId: string, sdpOffer: string | null): Promise<void> {
    try {
      const { sdp } =
        sdpOffer === null
          ? await media.request('phone.offer', { legId })
          : await media.request('phone.answer', { legId, sdpOffer })
      phones.answerOffer(phoneId, sdp)
    } catch (error) {
      // What was agreed before goes on.
      if (!(error instanceof DomainError)) throw error
      log.info({ err: error }, 'a phone offered what media cannot do')
      phones.refuseOffer(phoneId)
    }
  }

  return {
    participantOf,
    isPhone: participant => [...participantIds.values()].includes(participant.id),
    async answer(participant, phone) {
      participantIds.set(phone.phoneId, participant.id)
      phones.accept(phone.phoneId, await legs.connectPhone(participant, phone))
    },
    async onEvent(event) {
      const participant = participantOf(event.phoneId)
      const legId = participant === undefined ? undefined : record.legOf(participant.id)?.id
      if (participant === undefined || legId === undefined) return
      switch (event.kind) {
        case 'confirmed':
          if (event.sdpAnswer !== null)
            await media.request('phone.apply', { legId, sdpAnswer: event.sdpAnswer })
          // Whoever only listens sends nothing: that they took our answer is what counts.
          await legs.arrived(participant)
          break
        case 'offered':
          await reoffered(event.phoneId, legId, event.sdpOffer)
          break
        case 'digit':
          await media.request('digits.note', { legId, digit: event.digit, durationMs: event.durationMs })
          break
        case 'ringing':
        case 'answered':
          break
      }
    },
    hangUpAll() {
      for (const phoneId of participantIds.keys()) phones.hangUp(phoneId)
      participantIds.clear()
    },
  }
}
