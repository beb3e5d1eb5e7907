import type { PhonePort } from '../../modules/calls/phone.ports.ts'

/** A server without telephones. */
export function createNoPhones(): PhonePort {
  return {
    onEvent: () => () => undefined,
    ring() {},
    accept() {},
    refuse() {},
    answerOffer() {},
    refuseOffer() {},
    hangUp() {},
  }
}
