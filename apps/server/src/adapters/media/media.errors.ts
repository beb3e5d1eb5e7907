import { DomainError } from '@guichet/domain'

/** Thrown when no media process can answer; trying again may help. Code `media-unavailable`. */
export class MediaUnavailableError extends DomainError {
  constructor(detail: string) {
    super('media-unavailable', `Sound and picture are not available right now: ${detail}`, {
      retryable: true,
    })
  }
}

/** A media process that can never start; the message is one sentence for the person at the terminal. */
export class MediaStartError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MediaStartError'
  }
}
