import type { Call, EndReason, Tone } from '@guichet/contract'
import type { AssignmentId, CallId, JobId, RawId } from '@guichet/domain'
import type { ApplicationLookup, EndReason as RunEndReason } from '@guichet/domain/flow'
import type { Clock, Ids, Log, UnitOfWork } from '../../platform/index.ts'
import type { FlowsService } from '../flows/index.ts'
import type { QueueingRouting } from './call.queueing.ts'
import type { CallRecord } from './call.record.ts'
import type { CallTeller } from './call.teller.ts'
import type { PromptFilesPort } from './calls.ports.ts'
import type { CallsRepository } from './calls.repository.ts'
import type { MediaPort } from './media.ports.ts'
import type { PhonePort } from './phone.ports.ts'
import type { SpeechPort } from './speech.ports.ts'

/** What people are told when an application ended the call. */
export const endReasons: Record<RunEndReason, EndReason> = {
  applicationEnded: 'applicationEnded',
  noInput: 'applicationEnded',
  overflow: 'overflow',
  timeout: 'timeout',
  noAgents: 'noAgents',
  continuedByChat: 'continuedByChat',
  chainTooLong: 'applicationEnded',
  applicationMissing: 'applicationEnded',
  transferFailed: 'applicationEnded',
  transferred: 'applicationEnded',
  callerHungUp: 'hungUp',
  callDisconnected: 'remoteHungUp',
}

/** What one call needs from outside. */
export type CallActorDeps = {
  record: CallRecord
  /** The documents that the call began with. */
  applications: ApplicationLookup
  repository: Pick<CallsRepository, 'save'>
  flows: Pick<FlowsService, 'saveRun'>
  routing: QueueingRouting
  media: MediaPort
  phones: PhonePort
  speech: SpeechPort
  files: PromptFilesPort
  teller: CallTeller
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  /** Shows a call to every tab of a participant. */
  show(rawId: RawId, call: Call): void
  /** Tells every tab of a participant that they have to offer anew. */
  askToRejoin(rawId: RawId, callId: CallId): void
  showTone(rawId: RawId, callId: CallId, tone: Tone): void
  isTabOpen(rawId: RawId, tabId: string): boolean
  /** The call is over: its job is wrapped up when it was taken, called off while it waits. */
  releaseJob(jobId: JobId, assignmentId: AssignmentId | null): void
  onChanged(): void
  onOver(): void
}
