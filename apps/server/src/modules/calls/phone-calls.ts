import type { Locale, Party } from '@guichet/contract'
import type { ApplicationId, ConversationId } from '@guichet/domain'
import { DomainError } from '@guichet/domain'
import type { Log } from '../../platform/index.ts'
import type { CallActor } from './call.actor.ts'
import type { CallNumbersPort, PhoneConversationsPort } from './calls.ports.ts'
import type { IncomingPhone, PhoneEvent, PhoneId, PhonePort } from './phone.ports.ts'

/** Countries whose callers are first spoken to in French. */
const frenchCountries = ['FR', 'BE', 'LU', 'MC']

/** Calls that come in by telephone. */
export type PhoneCalls = { onEvent(event: PhoneEvent): void }

/** @see PhoneCalls */
export function createPhoneCalls(deps: {
  phones: PhonePort
  numbers: CallNumbersPort
  conversations: PhoneConversationsPort
  /** Makes the call, before anything happened in it. */
  open(about: {
    conversationId: ConversationId
    applicationId: ApplicationId
    locale: Locale
  }): Promise<CallActor>
  log: Log
}): PhoneCalls {
  const { phones, numbers, log } = deps
  /** Null while a call is being made of it. */
  const actors = new Map<PhoneId, CallActor | null>()

  async function take(phone: IncomingPhone): Promise<void> {
    const { phoneId, origin, caller } = phone
    const country = origin.kind === 'trunk' ? origin.country : null
    const target = await numbers.targetOf(phone.dialled, country)
    if (target === null) {
      phones.refuse(phoneId, 'notFound')
      return
    }
    phones.ring(phoneId)
    const locale: Locale = country !== null && frenchCountries.includes(country) ? 'fr' : 'en'
    const e164 = caller.number === null ? null : numbers.e164Of(caller.number, country)
    // A short number of a phone inside is no number that anybody could be called back at.
    const displayName = caller.displayName ?? (e164 === null ? caller.number : null)
    const { conversationId, party } = await deps.conversations.beginByPhone({ e164, displayName, locale })
    if (!actors.has(phoneId)) return
    const actor = await deps.open({ conversationId, applicationId: target.applicationId, locale })
    await begin(actor, phone, party, { applicationId: target.applicationId, preferredLanguage: locale })
  }

  async function begin(
    actor: CallActor,
    phone: IncomingPhone,
    party: Party,
    application: Parameters<CallActor['startByPhone']>[2],
  ): Promise<void> {
    const isGone = !actors.has(phone.phoneId)
    if (!isGone) actors.set(phone.phoneId, actor)
    await actor.startByPhone(party, phone, application)
    if (isGone) await actor.end('hungUp', party.rawId)
  }

  function onIncoming(phone: IncomingPhone): void {
    actors.set(phone.phoneId, null)
    take(phone).catch(error => {
      actors.delete(phone.phoneId)
      if (error instanceof DomainError) log.warn({ err: error }, 'a telephone call could not be taken')
      else log.error({ err: error }, 'a telephone call could not be taken')
      phones.refuse(phone.phoneId, 'failed')
      phones.hangUp(phone.phoneId)
    })
  }

  return {
    onEvent(event) {
      if (event.kind === 'incoming') {
        onIncoming(event.phone)
        return
      }
      actors.get(event.phoneId)?.onPhone(event)
      if (event.kind === 'ended') actors.delete(event.phoneId)
    },
  }
}
