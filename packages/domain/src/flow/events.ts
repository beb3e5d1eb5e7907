import type { QueueId, WorkerId } from '../ids.ts'
import type { Tone } from './document.ts'

/**
 * What happens to a run. Events of an operation, timer, menu or queue that the run has left are ignored, so
 * late ones need no filtering by the sender; job events of an earlier job of the same queue do.
 *
 * - `choice`: a click in the widget; counts even while the caller is made to listen. `menuId`, when given,
 *   guards against a click on a menu that has just gone.
 * - `jobQueued`, `positionChanged`: `position` counts from 1; `expectedWaitMs` null when unknown.
 * - `jobOverflowed`, `jobTimedOut`, `jobNoAgents`: the router has taken the job out; nobody can accept it.
 * - `enqueueFailed`: the queue does not exist or refused; treated as no agents.
 * - `agentAccepted`: the agent's leg has joined the room and carries sound.
 * - `agentLost`: that leg dropped; the job is back in the queue.
 * - `callerHungUp`: the caller left. `callDisconnected`: the call ended otherwise (an agent hung up).
 * - `resumed`: the server, or the media of this call, started again; nothing is playing any more.
 */
export type RunEvent =
  | { kind: 'callConnected' }
  | { kind: 'playCompleted'; operationContext: string }
  | { kind: 'playFailed'; operationContext: string }
  | { kind: 'recognizeCompleted'; operationContext: string; tone: Tone }
  | {
      kind: 'recognizeFailed'
      operationContext: string
      reason: 'initialSilenceTimeout' | 'promptFailed' | 'mediaFailed'
    }
  | { kind: 'choice'; tone: Tone; menuId?: string }
  | { kind: 'timerFired'; timerId: string }
  | { kind: 'jobQueued'; queueId: QueueId; position: number; expectedWaitMs: number | null }
  | { kind: 'positionChanged'; queueId: QueueId; position: number; expectedWaitMs: number | null }
  | { kind: 'jobOverflowed'; queueId: QueueId }
  | { kind: 'jobTimedOut'; queueId: QueueId }
  | { kind: 'jobNoAgents'; queueId: QueueId }
  | { kind: 'enqueueFailed'; queueId: QueueId }
  | { kind: 'agentAccepted'; queueId: QueueId; workerId: WorkerId }
  | { kind: 'agentLost'; workerId: WorkerId }
  | { kind: 'transferAccepted'; operationContext: string }
  | { kind: 'transferFailed'; operationContext: string }
  | { kind: 'callerHungUp' }
  | { kind: 'callDisconnected' }
  | { kind: 'resumed' }

/** The name of an event. */
export type RunEventKind = RunEvent['kind']
/** The event of one name. */
export type RunEventOf<K extends RunEventKind> = Extract<RunEvent, { kind: K }>
