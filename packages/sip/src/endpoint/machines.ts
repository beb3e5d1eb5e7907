import {
  dialogMachine,
  incomingCallMachine,
  offerAnswerMachine,
  outgoingCallMachine,
  referSubscriptionMachine,
  sessionTimerMachine,
} from '../dialog/dialog.tables.ts'
import type { Machine } from '../transaction/machine.ts'
import {
  inviteClientMachine,
  inviteServerMachine,
  nonInviteClientMachine,
  nonInviteServerMachine,
} from '../transaction/transaction.tables.ts'
import { registrationMachine } from './registration.ts'

/** Every state table of the package, for diagrams. */
export const sipMachines: readonly Machine<string, string>[] = [
  inviteClientMachine,
  nonInviteClientMachine,
  inviteServerMachine,
  nonInviteServerMachine,
  dialogMachine,
  outgoingCallMachine,
  incomingCallMachine,
  offerAnswerMachine,
  referSubscriptionMachine,
  sessionTimerMachine,
  registrationMachine,
]
