export { createNoPhones } from './no-phones.ts'
export { createSipPhones, type SipPhones } from './sip-phones.adapter.ts'
