import { transition } from '../state/machine.ts'
import type { PlaySource, RunCommand, SpokenSource } from './commands.ts'
import type { ApplicationLookup, LocalizedText, Prompt, VoiceApplication } from './document.ts'
import { Locale } from './document.ts'
import { phrases } from './phrases.ts'
import type { ApplicationRun, RunIn, RunState } from './run.ts'
import { applicationRunMachine } from './run-machine.ts'

/** One event being worked off: the run as it becomes, and the commands so far. */
export type Turn = {
  readonly applications: ApplicationLookup
  run: ApplicationRun
  readonly commands: RunCommand[]
  /** The event itself says that no prompt and no music plays any more, so there is none to stop. */
  nothingPlays: boolean
}

type MoveInto = {
  announce: 'announcing'
  offerMenu: 'menu'
  enqueue: 'queueing'
  connect: 'connected'
  transfer: 'transferring'
  end: 'ended'
}
type Common = 'schemaVersion' | 'applicationId' | 'preferredLanguage' | 'language' | 'hops' | 'counter'

/** Enters the state that the move leads to, after ending what the present one has running. */
export function enter<M extends keyof MoveInto>(
  turn: Turn,
  move: M,
  details: Omit<RunIn<MoveInto[M]>, Common | 'state'>,
): RunIn<MoveInto[M]> {
  const state: RunState = transition(applicationRunMachine, turn.run.state, move)
  leave(turn, move)
  const { schemaVersion, applicationId, preferredLanguage, language, hops, counter } = turn.run
  const common = { schemaVersion, applicationId, preferredLanguage, language, hops, counter }
  const entered = { ...common, state, ...details } as RunIn<MoveInto[M]>
  turn.run = entered
  return entered
}

function leave(turn: Turn, move: keyof MoveInto): void {
  const { run } = turn
  switch (run.state) {
    case 'announcing':
      endOperation(turn, run.operationContext)
      break
    case 'menu':
      endOperation(turn, run.operationContext)
      if (move !== 'offerMenu') turn.commands.push({ kind: 'setMenu', menu: null })
      break
    case 'queueing':
      if (run.timerId !== null) turn.commands.push({ kind: 'cancelTimer', timerId: run.timerId })
      if (run.operationContext !== null) endOperation(turn, run.operationContext)
      else stopMusic(turn)
      break
    case 'transferring':
      turn.commands.push({ kind: 'cancelTimer', timerId: run.operationContext })
      stopMusic(turn)
      break
  }
}

/** Cancels the guard of an operation, and the operation itself unless it is over. */
export function endOperation(turn: Turn, operationContext: string): void {
  turn.commands.push({ kind: 'cancelTimer', timerId: operationContext })
  if (!turn.nothingPlays) turn.commands.push({ kind: 'cancelAllMediaOperations' })
}

function stopMusic(turn: Turn): void {
  if (!turn.nothingPlays) turn.commands.push({ kind: 'stopMusic' })
}

/** The next id of this run, the same whenever the same events are run again. */
export function nextId(turn: Turn, prefix: 'operation' | 'menu' | 'timer'): string {
  const counter = turn.run.counter + 1
  turn.run = { ...turn.run, counter }
  return `${prefix}-${counter}`
}

/** The document that the run is in; undefined when it was deleted meanwhile. */
export function currentApplication(turn: Turn): VoiceApplication | undefined {
  return turn.applications.application(turn.run.applicationId)
}

/** Words in the language of the run. */
export function speak(turn: Turn, text: string, language: Locale = turn.run.language): SpokenSource {
  return { kind: 'text', text, language, voice: currentApplication(turn)?.ttsVoice[language] ?? null }
}

/** One of the system's own phrases. */
export function speakPhrase(turn: Turn, phrase: keyof typeof phrases): PlaySource {
  return speak(turn, phrases[phrase][turn.run.language])
}

/** The words in the wanted language, or else in any other that has some; undefined when there are none. */
export function pickText(
  text: LocalizedText,
  wanted: Locale,
): { language: Locale; text: string } | undefined {
  for (const language of [wanted, ...Locale.options]) {
    const words = text[language]?.trim()
    if (words) return { language, text: words }
  }
  return undefined
}

/** What a prompt plays: nothing, or one source. */
export function sourcesOf(turn: Turn, prompt: Prompt): PlaySource[] {
  switch (prompt.kind) {
    case 'none':
      return []
    case 'file':
      return [{ kind: 'file', fileId: prompt.fileId, words: speakText(turn, prompt.text ?? {}) }]
    case 'text': {
      const words = speakText(turn, prompt.text)
      return words ? [words] : []
    }
  }
}

function speakText(turn: Turn, text: LocalizedText): SpokenSource | null {
  const words = pickText(text, turn.run.language)
  return words ? speak(turn, words.text, words.language) : null
}
