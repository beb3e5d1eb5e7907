import type { Choice, PlaySource, TransferTarget } from './commands.ts'
import type { Locale, Menu, MenuOption, Target, VoiceApplication } from './document.ts'
import type { Continuation, EndReason } from './run.ts'
import { currentApplication, enter, nextId, pickText, sourcesOf, speakPhrase, type Turn } from './turn.ts'

/** Applications that a call may cross without a choice of the caller, before it is ended. */
export const MAX_HOPS = 20
/**
 * Longest time that one prompt or one recognition may take before it counts as failed: the longest sound that can be
 * uploaded has ten minutes, and words may stand before it.
 */
export const OPERATION_LIMIT_MS = 660_000
/** Last resort when a transfer never reports; whoever rings gives up well before. */
export const TRANSFER_LIMIT_MS = 120_000

/** Plays the sources, then goes on; goes on at once when there are none. */
export function announce(turn: Turn, sources: PlaySource[], next: Continuation): void {
  if (sources.length === 0) {
    goOn(turn, next)
    return
  }
  const operationContext = nextId(turn, 'operation')
  enter(turn, 'announce', { operationContext, sources, next })
  turn.commands.push(
    { kind: 'play', operationContext, sources },
    { kind: 'setTimer', timerId: operationContext, afterMs: OPERATION_LIMIT_MS },
  )
}

/** Does what an announcement promised. */
export function goOn(turn: Turn, next: Continuation): void {
  if (next.kind === 'perform') perform(turn, next.target, next.reason)
  else joinQueue(turn)
}

/** What led to a target: the caller or the design, silence, or an exception of a queue. */
export type Cause = 'applicationEnded' | 'noInput' | 'overflow' | 'timeout' | 'noAgents'

/** Goes to a target, after `before` and the words that belong to the target. */
export function follow(turn: Turn, target: Target, reason: Cause, before: PlaySource[] = []): void {
  announce(turn, [...before, ...parting(turn, target, reason, before.length > 0)], {
    kind: 'perform',
    target,
    reason,
  })
}

/** Nobody is cut off without a word: what a designer left unsaid, the system says. */
function parting(turn: Turn, target: Target, reason: Cause, spoken: boolean): PlaySource[] {
  if (target.kind === 'chat') return spoken ? [] : [speakPhrase(turn, 'continueByChat')]
  if (target.kind !== 'disconnect') return []
  const own = sourcesOf(turn, target.announcement)
  return own.length > 0 || spoken || reason === 'applicationEnded' ? own : [speakPhrase(turn, reason)]
}

function perform(turn: Turn, target: Target, reason: EndReason): void {
  switch (target.kind) {
    case 'disconnect':
      end(turn, reason)
      break
    case 'application':
      enterApplication(turn, turn.applications.application(target.applicationId))
      break
    case 'queue':
      enterApplication(turn, turn.applications.callQueueOf(target.queueId))
      break
    case 'chat': {
      const application = currentApplication(turn)
      const own = application?.kind === 'callQueue' ? application.queueId : null
      turn.commands.push({ kind: 'offerChat', queueId: target.queueId ?? own })
      end(turn, 'continuedByChat')
      break
    }
    case 'person':
    case 'external':
      transfer(turn, target)
      break
  }
}

/** Ends the run and the call. */
export function end(turn: Turn, reason: EndReason): void {
  enter(turn, 'end', { reason })
  turn.commands.push({ kind: 'disconnect', reason })
}

/** Tells the caller that it goes no further, and ends. */
export function refuse(turn: Turn, reason: 'applicationMissing' | 'chainTooLong'): void {
  announce(turn, [speakPhrase(turn, 'unavailable')], {
    kind: 'perform',
    target: { kind: 'disconnect', announcement: { kind: 'none' } },
    reason,
  })
}

/** Enters an application from its beginning; apologises when it is missing or one too many. */
export function enterApplication(turn: Turn, application: VoiceApplication | undefined): void {
  if (!application) refuse(turn, 'applicationMissing')
  else if (!countHop(turn)) refuse(turn, 'chainTooLong')
  else begin(turn, application)
}

function begin(turn: Turn, application: VoiceApplication): void {
  const { preferredLanguage } = turn.run
  const language = languageFor(application, preferredLanguage)
  turn.run = { ...turn.run, applicationId: application.id, language }
  if (application.kind === 'callQueue') {
    announce(turn, sourcesOf(turn, application.greeting), { kind: 'enqueue' })
    return
  }
  const { greeting, action } = application.defaultFlow
  const words = sourcesOf(turn, greeting)
  if (action.kind === 'menu') offerMenu(turn, action, { before: words, attempt: 1 })
  else follow(turn, action.target, 'applicationEnded', words)
}

/** What the caller prefers where the application speaks it, its first language otherwise. */
export function languageFor(application: VoiceApplication, preferred: Locale): Locale {
  return application.languages.includes(preferred) ? preferred : (application.languages[0] ?? preferred)
}

function countHop(turn: Turn): boolean {
  if (turn.run.hops >= MAX_HOPS) return false
  turn.run = { ...turn.run, hops: turn.run.hops + 1 }
  return true
}

/** The menu of the attendant that the run is in. */
export function currentMenu(turn: Turn): Menu | undefined {
  const application = currentApplication(turn)
  if (application?.kind !== 'autoAttendant') return undefined
  const { action } = application.defaultFlow
  return action.kind === 'menu' ? action : undefined
}

/** Offers the menu; `menuId` is that of the menu on screen when it stays the same. */
export function offerMenu(
  turn: Turn,
  menu: Menu,
  { before, attempt, menuId }: { before: PlaySource[]; attempt: number; menuId?: string },
): void {
  const shownId = menuId ?? nextId(turn, 'menu')
  const operationContext = nextId(turn, 'operation')
  enter(turn, 'offerMenu', { operationContext, menuId: shownId, attempt })
  const choices = menu.options.map(option => choiceOf(option, turn.run.language))
  if (menuId === undefined)
    turn.commands.push({
      kind: 'setMenu',
      menu: { menuId: shownId, choices: choices.map(({ tone, label }) => ({ tone, label })) },
    })
  turn.commands.push(
    {
      kind: 'recognize',
      operationContext,
      prompts: [...before, ...sourcesOf(turn, menu.prompt)],
      interruptPrompt: !menu.forceListen,
      initialSilenceTimeoutMs: menu.inputTimeoutMs,
      choices,
      language: turn.run.language,
    },
    { kind: 'setTimer', timerId: operationContext, afterMs: OPERATION_LIMIT_MS },
  )
}

function choiceOf({ tone, label, phrases: spoken }: MenuOption, language: Locale): Choice {
  return { tone, label: pickText(label, language)?.text ?? tone, phrases: spoken?.[language] ?? [] }
}

/** Joins the queue of the application that the run is in, with its music. */
export function joinQueue(turn: Turn): void {
  const application = currentApplication(turn)
  if (application?.kind !== 'callQueue') {
    refuse(turn, 'applicationMissing')
    return
  }
  const { id: applicationId, queueId, music } = application
  enter(turn, 'enqueue', {
    queueId,
    position: null,
    expectedWaitMs: null,
    operationContext: null,
    timerId: null,
  })
  turn.commands.push({ kind: 'enqueue', queueId, applicationId }, { kind: 'startMusic', music })
}

/** Calls the target for the caller, who hears music meanwhile. */
export function transfer(turn: Turn, target: TransferTarget): void {
  const operationContext = nextId(turn, 'operation')
  enter(turn, 'transfer', { operationContext, target })
  turn.commands.push(
    { kind: 'transfer', operationContext, target },
    { kind: 'startMusic', music: { kind: 'default' } },
    { kind: 'setTimer', timerId: operationContext, afterMs: TRANSFER_LIMIT_MS },
  )
}

/** Tells that the transfer failed; then the menu again where there is one, the end of the call otherwise. */
export function recoverFromTransfer(turn: Turn): void {
  const sorry = speakPhrase(turn, 'transferFailed')
  const menu = currentMenu(turn)
  if (!menu)
    announce(turn, [sorry], {
      kind: 'perform',
      target: { kind: 'disconnect', announcement: { kind: 'none' } },
      reason: 'transferFailed',
    })
  else if (!countHop(turn)) refuse(turn, 'chainTooLong')
  else offerMenu(turn, menu, { before: [sorry], attempt: 1 })
}
