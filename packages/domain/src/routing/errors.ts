import { DomainError } from '../errors.ts'

/** The offer was missed, declined or withdrawn before this answer. Code `offer-expired`. */
export class OfferExpiredError extends DomainError {
  constructor(offerId: string) {
    super('offer-expired', 'This offer is no longer open.', { details: { offerId } })
  }
}

/** Somebody accepted the job already. Code `offer-taken`. */
export class OfferTakenError extends DomainError {
  constructor(offerId: string) {
    super('offer-taken', 'This job was already accepted.', { details: { offerId } })
  }
}

/** The event names something the router does not hold. Code `not-found`. */
export class UnknownRoutingEntityError extends DomainError {
  constructor(entity: 'queue' | 'worker' | 'member' | 'job' | 'offer' | 'assignment', id: string) {
    super('not-found', `No such ${entity}.`, { details: { entity, id } })
  }
}

/** The event cannot be served as written. Code `invalid-request`. */
export class InvalidRoutingEventError extends DomainError {
  constructor(message: string, details: Record<string, unknown>) {
    super('invalid-request', message, { details })
  }
}
