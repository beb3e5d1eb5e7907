import { z } from 'zod'
import { ApplicationId, FileId, QueueId, WorkerId } from '../ids.ts'

/** A language that applications speak. */
export const Locale = z.enum(['en', 'fr'])
export type Locale = z.infer<typeof Locale>

/** A key of a telephone keypad. */
export const Tone = z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'])
export type Tone = z.infer<typeof Tone>

/** The same words in each language that somebody has written them in. */
export const LocalizedText = z.strictObject({
  en: z.string().trim().max(1_000).optional(),
  fr: z.string().trim().max(1_000).optional(),
})
export type LocalizedText = z.infer<typeof LocalizedText>

/**
 * Something the caller hears once: nothing, words to speak, or an uploaded file, whose `text` says what is heard
 * in it: shown on the screen, and spoken where the file is gone.
 */
export const Prompt = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('text'), text: LocalizedText }),
  z.strictObject({ kind: z.literal('file'), fileId: FileId, text: LocalizedText.optional() }),
])
export type Prompt = z.infer<typeof Prompt>

/** What the caller hears while waiting. */
export const Music = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('default') }),
  z.strictObject({ kind: z.literal('file'), fileId: FileId }),
])
export type Music = z.infer<typeof Music>

const targets = [
  z.strictObject({ kind: z.literal('disconnect'), announcement: Prompt.default({ kind: 'none' }) }),
  z.strictObject({ kind: z.literal('application'), applicationId: ApplicationId }),
  z.strictObject({ kind: z.literal('queue'), queueId: QueueId }),
  z.strictObject({ kind: z.literal('chat'), queueId: QueueId.optional() }),
  z.strictObject({ kind: z.literal('person'), workerId: WorkerId }),
  z.strictObject({ kind: z.literal('external'), e164: z.string().regex(/^\+[1-9][0-9]{2,14}$/) }),
] as const

/**
 * Where a call goes next. `queue` enters the call queue application that serves the queue; `chat` ends the
 * call and continues the conversation by chat, with the people of `queueId` when given.
 */
export const Target = z.discriminatedUnion('kind', targets)
export type Target = z.infer<typeof Target>

/** What a menu choice leads to: a target, or an announcement after which the menu is offered again. */
export const MenuTarget = z.discriminatedUnion('kind', [
  ...targets,
  z.strictObject({ kind: z.literal('announcement'), prompt: Prompt }),
])
export type MenuTarget = z.infer<typeof MenuTarget>

/**
 * One choice of a menu; `phrases` are what a caller may say instead of pressing the key, `language` is what
 * the caller hears from this choice on.
 */
export const MenuOption = z.strictObject({
  tone: Tone,
  label: LocalizedText,
  language: Locale.optional(),
  phrases: z.partialRecord(Locale, z.array(z.string().trim().min(1).max(100)).max(10)).optional(),
  target: MenuTarget,
})
export type MenuOption = z.infer<typeof MenuOption>

/**
 * A menu: `repeat` is how often it is offered to a caller who presses nothing or a wrong key before
 * `noInput` is followed; `forceListen` ignores keys until the prompts end.
 */
export const Menu = z.strictObject({
  kind: z.literal('menu'),
  prompt: Prompt,
  options: z.array(MenuOption).max(12),
  repeat: z.int().min(1).max(10).default(3),
  inputTimeoutMs: z.int().min(1_000).max(60_000).default(5_000),
  forceListen: z.boolean().default(false),
  noInput: Target,
})
export type Menu = z.infer<typeof Menu>

/** What one attendant does at one time of the calendar: greet, then offer a menu or redirect. */
export const AttendantFlow = z.strictObject({
  greeting: Prompt,
  action: z.discriminatedUnion('kind', [
    Menu,
    z.strictObject({ kind: z.literal('redirect'), target: Target }),
  ]),
})
export type AttendantFlow = z.infer<typeof AttendantFlow>

const basics = {
  schemaVersion: z.literal(1),
  id: ApplicationId,
  name: z.string().trim().min(1).max(64),
  /** Languages in which it speaks; the first serves callers of any other. */
  languages: z.array(Locale).min(1).max(Locale.options.length),
  /** IANA name; calendars are read in it. */
  timeZone: z.string().min(1).max(64),
  /** Voice by language, as the speech port names it; its own default where absent. */
  ttsVoice: z.strictObject({
    en: z.string().min(1).max(100).optional(),
    fr: z.string().min(1).max(100).optional(),
  }),
}

/** Greets callers and directs them. @source reference teams-voice-apps §1 */
export const AutoAttendant = z.strictObject({
  kind: z.literal('autoAttendant'),
  ...basics,
  defaultFlow: AttendantFlow,
})
export type AutoAttendant = z.infer<typeof AutoAttendant>

/** What happens to a caller whom a queue will not keep. */
export const ExceptionAction = z.strictObject({ announcement: Prompt, target: Target })
export type ExceptionAction = z.infer<typeof ExceptionAction>

/**
 * What a caller hears while waiting in one queue, and where the three exceptions lead. The thresholds
 * belong to the queue, whose router decides when an exception happens.
 * @source reference teams-voice-apps §2
 */
export const CallQueueApplication = z.strictObject({
  kind: z.literal('callQueue'),
  ...basics,
  queueId: QueueId,
  greeting: Prompt,
  music: Music,
  /** Tells the place on entry and then every `everyMs`. */
  announcePosition: z.strictObject({
    enabled: z.boolean(),
    everyMs: z.int().min(15_000).max(600_000).default(60_000),
  }),
  /** Tells the expected wait in the same moments, when it is known. */
  announceExpectedWait: z.boolean(),
  overflow: ExceptionAction,
  timeout: ExceptionAction,
  noAgents: ExceptionAction,
})
export type CallQueueApplication = z.infer<typeof CallQueueApplication>

/** A voice application as a document: drawn by designers, run by the interpreter. */
export const VoiceApplication = z.discriminatedUnion('kind', [AutoAttendant, CallQueueApplication])
export type VoiceApplication = z.infer<typeof VoiceApplication>

/** Finds the documents that a run needs; answers undefined for what does not exist. */
export type ApplicationLookup = {
  readonly application: (id: ApplicationId) => VoiceApplication | undefined
  readonly callQueueOf: (queueId: QueueId) => CallQueueApplication | undefined
}

/** A lookup over a list already in memory. */
export function lookupIn(applications: readonly VoiceApplication[]): ApplicationLookup {
  return {
    application: id => applications.find(application => application.id === id),
    callQueueOf: queueId =>
      applications.find(
        (application): application is CallQueueApplication =>
          application.kind === 'callQueue' && application.queueId === queueId,
      ),
  }
}
