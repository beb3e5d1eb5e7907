import { z } from 'zod'
import { ApplicationId, FileId, QueueId, WorkerId } from '../ids.ts'
import { Locale, Target } from './document.ts'

/** Why a run ended; the last three are told by others, with the others the run ends the call. */
export const EndReason = z.enum([
  'applicationEnded',
  'noInput',
  'overflow',
  'timeout',
  'noAgents',
  'continuedByChat',
  'chainTooLong',
  'applicationMissing',
  'transferFailed',
  'transferred',
  'callerHungUp',
  'callDisconnected',
])
export type EndReason = z.infer<typeof EndReason>

const spoken = z.object({
  kind: z.literal('text'),
  text: z.string(),
  language: Locale,
  voice: z.string().nullable(),
})
const source = z.discriminatedUnion('kind', [
  spoken,
  z.object({ kind: z.literal('file'), fileId: FileId, words: spoken.nullable().default(null) }),
])

const continuation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('perform'), target: Target, reason: EndReason }),
  z.object({ kind: z.literal('enqueue') }),
])
/** What follows an announcement: a target (`reason` if the call ends there), or the queue just greeted for. */
export type Continuation = z.infer<typeof continuation>

const transferTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), workerId: WorkerId }),
  z.object({ kind: z.literal('external'), e164: z.string() }),
])

const common = {
  schemaVersion: z.literal(1),
  applicationId: ApplicationId,
  /** What the caller would like to hear, and what the present application can give. */
  preferredLanguage: Locale,
  language: Locale,
  /** Applications entered since the caller last made a choice. */
  hops: z.int().nonnegative(),
  /** Numbers operations, menus and timers; never goes back. */
  counter: z.int().nonnegative(),
}

/** One caller's state in voice applications: plain data, kept in the database between events. */
export const ApplicationRun = z.discriminatedUnion('state', [
  z.object({ ...common, state: z.literal('starting') }),
  z.object({
    ...common,
    state: z.literal('announcing'),
    operationContext: z.string(),
    sources: z.array(source),
    next: continuation,
  }),
  z.object({
    ...common,
    state: z.literal('menu'),
    operationContext: z.string(),
    menuId: z.string(),
    /** How often it has been offered, this time included. */
    attempt: z.int().positive(),
  }),
  z.object({
    ...common,
    state: z.literal('queueing'),
    queueId: QueueId,
    position: z.int().positive().nullable(),
    expectedWaitMs: z.number().nonnegative().nullable(),
    /** The announcement that is playing instead of the music. */
    operationContext: z.string().nullable(),
    /** The timer of the next announcement. */
    timerId: z.string().nullable(),
  }),
  z.object({ ...common, state: z.literal('connected'), queueId: QueueId, workerId: WorkerId }),
  z.object({
    ...common,
    state: z.literal('transferring'),
    operationContext: z.string(),
    target: transferTarget,
  }),
  z.object({ ...common, state: z.literal('ended'), reason: EndReason }),
])
export type ApplicationRun = z.infer<typeof ApplicationRun>

/** The name of a state of a run. */
export type RunState = ApplicationRun['state']
/** A run known to be in one state. */
export type RunIn<S extends RunState> = Extract<ApplicationRun, { state: S }>

/** Where a call enters, and the language its caller was using before. */
export type RunStart = { applicationId: ApplicationId; preferredLanguage: Locale }
