import { defineMachine } from '../transaction/machine.ts'

/** A dialog. @source RFC 3261 §12 */
export const dialogMachine = defineMachine('dialog', 'early', {
  early: { provisional: 'early', confirm: 'confirmed', terminate: 'terminated' },
  confirmed: { confirm: 'confirmed', terminate: 'terminated' },
  terminated: { terminate: 'terminated' },
})

/** A call we make. @source RFC 3261 §13.2, §9.1, §15 */
export const outgoingCallMachine = defineMachine('outgoingCall', 'calling', {
  calling: {
    provisional: 'proceeding',
    answer: 'confirmed',
    retry: 'calling',
    fail: 'ended',
    cancel: 'cancelling',
  },
  proceeding: {
    provisional: 'proceeding',
    answer: 'confirmed',
    retry: 'calling',
    fail: 'ended',
    cancel: 'cancelling',
  },
  // The answer may have been on its way when we cancelled: it is acknowledged and ended with BYE
  cancelling: { provisional: 'cancelling', answer: 'ended', fail: 'ended', cancel: 'cancelling' },
  confirmed: { answer: 'confirmed', hangup: 'ended', bye: 'ended', fail: 'ended' },
  ended: {
    answer: 'ended',
    fail: 'ended',
    cancel: 'ended',
    hangup: 'ended',
    bye: 'ended',
    provisional: 'ended',
  },
})

/** A call we are asked to take. @source RFC 3261 §13.3, §9.2, §15: no BYE of ours before the ACK of our 2xx */
export const incomingCallMachine = defineMachine('incomingCall', 'received', {
  received: { provisional: 'received', accept: 'accepted', reject: 'ended', cancel: 'ended', bye: 'ended' },
  accepted: { ack: 'confirmed', noAck: 'ended', hangup: 'releasing', bye: 'ended', fail: 'ended' },
  releasing: { ack: 'ended', noAck: 'ended', hangup: 'releasing', bye: 'ended', fail: 'ended' },
  confirmed: { ack: 'confirmed', hangup: 'ended', bye: 'ended', fail: 'ended' },
  ended: { ack: 'ended', noAck: 'ended', hangup: 'ended', bye: 'ended', cancel: 'ended', fail: 'ended' },
})

/**
 * Who owes whom a description. The first exchange and later ones differ in what a refusal leads back to.
 * @source RFC 3264 §4, RFC 6337 §2
 */
export const offerAnswerMachine = defineMachine('offerAnswer', 'none', {
  none: { sendOffer: 'firstOfferSent', receiveOffer: 'firstOfferReceived' },
  firstOfferSent: { receiveAnswer: 'agreed', refuse: 'none' },
  firstOfferReceived: { sendAnswer: 'agreed', refuse: 'none' },
  agreed: { sendOffer: 'offerSent', receiveOffer: 'offerReceived' },
  offerSent: { receiveAnswer: 'agreed', refuse: 'agreed' },
  offerReceived: { sendAnswer: 'agreed', refuse: 'agreed' },
})

/** States of an offer/answer exchange. */
export type OfferAnswerState = keyof (typeof offerAnswerMachine)['table']

/** A message that may carry a description. `reliable` is a provisional answer with RSeq. */
export type Carrier =
  | 'invite'
  | 'provisional'
  | 'reliable'
  | 'success'
  | 'ack'
  | 'prack'
  | 'prackSuccess'
  | 'update'
  | 'updateSuccess'

/**
 * What a received description means: `preview` is what the answer will be, `repeat` what was agreed already, `glare` two
 * offers that met (491), `busy` an offer before the last one was answered (500 with Retry-After), `stray` nothing.
 */
export type Meaning = 'offer' | 'answer' | 'preview' | 'repeat' | 'glare' | 'busy' | 'stray'

const whileWeOwe = {
  invite: 'busy',
  provisional: 'stray',
  reliable: 'stray',
  success: 'stray',
  ack: 'stray',
  prack: 'stray',
  prackSuccess: 'stray',
  update: 'busy',
  updateSuccess: 'stray',
} as const
const whileTheyOwe = {
  invite: 'glare',
  provisional: 'preview',
  reliable: 'answer',
  success: 'answer',
  ack: 'answer',
  prack: 'answer',
  prackSuccess: 'answer',
  update: 'glare',
  updateSuccess: 'answer',
} as const

/** Meaning of a received description by state and carrier. @source RFC 3261 §13.2.1, RFC 3262 §5, RFC 3311 §5, RFC 6337 table 1 */
export const meaningOfDescription: Readonly<Record<OfferAnswerState, Readonly<Record<Carrier, Meaning>>>> = {
  none: {
    invite: 'offer',
    // RFC 6337 §3.1.1: only what is reliable can hold the offer
    provisional: 'stray',
    reliable: 'offer',
    success: 'offer',
    ack: 'stray',
    prack: 'stray',
    prackSuccess: 'stray',
    update: 'offer',
    updateSuccess: 'stray',
  },
  firstOfferSent: whileTheyOwe,
  firstOfferReceived: whileWeOwe,
  agreed: {
    invite: 'offer',
    provisional: 'repeat',
    reliable: 'repeat',
    success: 'repeat',
    ack: 'stray',
    prack: 'offer',
    prackSuccess: 'stray',
    update: 'offer',
    updateSuccess: 'stray',
  },
  offerSent: whileTheyOwe,
  offerReceived: whileWeOwe,
}

/** A subscription made by REFER, at both ends. @source RFC 3515 §2.4, RFC 6665 §4.1.2 */
export const referSubscriptionMachine = defineMachine('referSubscription', 'pending', {
  pending: { accept: 'active', refuse: 'terminated', notify: 'active', finish: 'terminated' },
  active: { accept: 'active', notify: 'active', finish: 'terminated', refuse: 'terminated' },
  terminated: { finish: 'terminated', notify: 'terminated', accept: 'terminated', refuse: 'terminated' },
})

/** A session timer. @source RFC 4028 §7, §8, §10 */
export const sessionTimerMachine = defineMachine('sessionTimer', 'off', {
  off: { refreshByUs: 'refreshing', refreshByPeer: 'watching', stop: 'off' },
  refreshing: {
    refreshByUs: 'refreshing',
    refreshByPeer: 'watching',
    stop: 'off',
    due: 'refreshing',
    expire: 'off',
  },
  watching: { refreshByUs: 'refreshing', refreshByPeer: 'watching', stop: 'off', expire: 'off' },
})
