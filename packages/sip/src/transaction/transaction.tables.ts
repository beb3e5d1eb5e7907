import { defineMachine } from './machine.ts'

/** INVITE client transaction. @source RFC 3261 figure 5 with RFC 6026 §8.4 (accepted, timer M) */
export const inviteClientMachine = defineMachine('inviteClientTransaction', 'calling', {
  calling: {
    timerA: 'calling',
    timerB: 'terminated',
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  proceeding: {
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  completed: { failure: 'completed', timerD: 'terminated', transportError: 'terminated' },
  accepted: { success: 'accepted', timerM: 'terminated' },
  terminated: {},
})

/** Client transaction of every other method. @source RFC 3261 figure 6 */
export const nonInviteClientMachine = defineMachine('nonInviteClientTransaction', 'trying', {
  trying: {
    timerE: 'trying',
    timerF: 'terminated',
    provisional: 'proceeding',
    final: 'completed',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  proceeding: {
    timerE: 'proceeding',
    timerF: 'terminated',
    provisional: 'proceeding',
    final: 'completed',
    transportError: 'terminated',
    abandon: 'terminated',
  },
  completed: { final: 'completed', timerK: 'terminated' },
  terminated: {},
})

/** INVITE server transaction. @source RFC 6026 figure 5: a transport error is told to the user, it ends nothing */
export const inviteServerMachine = defineMachine('inviteServerTransaction', 'proceeding', {
  proceeding: {
    request: 'proceeding',
    provisional: 'proceeding',
    success: 'accepted',
    failure: 'completed',
    transportError: 'proceeding',
  },
  completed: {
    request: 'completed',
    ack: 'confirmed',
    timerG: 'completed',
    timerH: 'terminated',
    transportError: 'completed',
  },
  confirmed: { request: 'confirmed', ack: 'confirmed', timerI: 'terminated', transportError: 'confirmed' },
  accepted: {
    request: 'accepted',
    success: 'accepted',
    ack: 'accepted',
    timerL: 'terminated',
    transportError: 'accepted',
  },
  terminated: {},
})

/** Server transaction of every other method. @source RFC 3261 figure 8; RFC 4320 §4.2: after 64*T1 no answer helps (giveUp) */
export const nonInviteServerMachine = defineMachine('nonInviteServerTransaction', 'trying', {
  trying: {
    request: 'trying',
    provisional: 'proceeding',
    final: 'completed',
    transportError: 'terminated',
    giveUp: 'terminated',
  },
  proceeding: {
    request: 'proceeding',
    provisional: 'proceeding',
    final: 'completed',
    transportError: 'terminated',
    giveUp: 'terminated',
  },
  completed: { request: 'completed', timerJ: 'terminated', transportError: 'terminated' },
  terminated: {},
})
