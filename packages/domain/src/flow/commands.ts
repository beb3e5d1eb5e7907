import type { ApplicationId, FileId, QueueId, WorkerId } from '../ids.ts'
import type { Locale, Music, Tone } from './document.ts'
import type { EndReason } from './run.ts'

/** Words to speak in one language; `voice` null: that language's default. */
export type SpokenSource = { kind: 'text'; text: string; language: Locale; voice: string | null }

/** One thing to play: words, or a file, with the words that say the same where it is gone. */
export type PlaySource = SpokenSource | { kind: 'file'; fileId: FileId; words: SpokenSource | null }

/** A choice that a menu offers, in the caller's language. */
export type Choice = { tone: Tone; label: string; phrases: string[] }

/** Whom a transfer calls. */
export type TransferTarget = { kind: 'person'; workerId: WorkerId } | { kind: 'external'; e164: string }

/**
 * What the interpreter asks of the call, in Call Automation's words. Commands are carried out in order and
 * are safe to repeat. Each one with an `operationContext` ends in exactly one event that carries it back.
 *
 * - `answer` ends in `callConnected`.
 * - `play` plays the sources once, in order → `playCompleted` or `playFailed`.
 * - `recognize` plays the prompts (perhaps none), then waits `initialSilenceTimeoutMs` for one key
 *   → `recognizeCompleted` or `recognizeFailed`. A key during the prompts stops them and counts, unless
 *   `interruptPrompt` is false: then it is dropped. Keys pressed while no recognize runs are not for us.
 * - `cancelAllMediaOperations` stops the running play or recognize, which then reports nothing.
 * - `startMusic` loops until `stopMusic`; started again, it goes on where it stopped.
 * - `enqueue` puts the call's one job into the queue; repeated while that job lives, it keeps its place.
 * - `dequeue` cancels that job; harmless when the router has already let it go.
 * - `setMenu` shows clickable choices in the widget, or (null) none.
 * - `setTimer` → `timerFired` after `afterMs`, unless cancelled.
 * - `transfer` → `transferAccepted` or `transferFailed`.
 * - `offerChat` turns the conversation back to chat, with the people of `queueId` when not null.
 * - `disconnect` ends the call for all; the run is over.
 */
export type RunCommand =
  | { kind: 'answer' }
  | { kind: 'play'; operationContext: string; sources: PlaySource[] }
  | {
      kind: 'recognize'
      operationContext: string
      prompts: PlaySource[]
      interruptPrompt: boolean
      initialSilenceTimeoutMs: number
      choices: Choice[]
      language: Locale
    }
  | { kind: 'cancelAllMediaOperations' }
  | { kind: 'startMusic'; music: Music }
  | { kind: 'stopMusic' }
  | { kind: 'enqueue'; queueId: QueueId; applicationId: ApplicationId }
  | { kind: 'dequeue'; queueId: QueueId }
  | { kind: 'setMenu'; menu: { menuId: string; choices: { tone: Tone; label: string }[] } | null }
  | { kind: 'setTimer'; timerId: string; afterMs: number }
  | { kind: 'cancelTimer'; timerId: string }
  | { kind: 'transfer'; operationContext: string; target: TransferTarget }
  | { kind: 'offerChat'; queueId: QueueId | null }
  | { kind: 'disconnect'; reason: EndReason }
