import type { RunCommand } from './commands.ts'
import type { ApplicationLookup, Locale, Menu, MenuOption, Tone } from './document.ts'
import type { RunEvent, RunEventKind, RunEventOf } from './events.ts'
import {
  announce,
  currentMenu,
  enterApplication,
  follow,
  goOn,
  languageFor,
  offerMenu,
  recoverFromTransfer,
  refuse,
  transfer,
} from './moves.ts'
import type { ApplicationRun, RunIn, RunStart, RunState } from './run.ts'
import { currentApplication, enter, sourcesOf, speakPhrase, type Turn } from './turn.ts'
import { leaveByException, notePlace, resumeMusic, resumeWaiting, tellPlace, waitAgain } from './waiting.ts'

/** The run after an event (the same object when the event was ignored), and what to do, in order. */
export type StepResult = { run: ApplicationRun; commands: RunCommand[] }

type Reaction<S extends RunState, K extends RunEventKind> = (
  turn: Turn,
  run: RunIn<S>,
  event: RunEventOf<K>,
) => void
type Reactions<S extends RunState> = { readonly [K in RunEventKind]: Reaction<S, K> }

const ignore = () => {}

/** What no state but some minds. */
const ignoreAll = {
  callConnected: ignore,
  playCompleted: ignore,
  playFailed: ignore,
  recognizeCompleted: ignore,
  recognizeFailed: ignore,
  choice: ignore,
  timerFired: ignore,
  jobQueued: ignore,
  positionChanged: ignore,
  jobOverflowed: ignore,
  jobTimedOut: ignore,
  jobNoAgents: ignore,
  enqueueFailed: ignore,
  agentAccepted: ignore,
  agentLost: ignore,
  transferAccepted: ignore,
  transferFailed: ignore,
} as const satisfies Partial<Reactions<RunState>>

/** Wherever the run is, the end of the call is its end. */
const endsWithCall = {
  callerHungUp: (turn: Turn) => endByOthers(turn, 'callerHungUp'),
  callDisconnected: (turn: Turn) => endByOthers(turn, 'callDisconnected'),
} as const

const reactions: { readonly [S in RunState]: Reactions<S> } = {
  starting: {
    ...ignoreAll,
    ...endsWithCall,
    callConnected: (turn, run) => enterApplication(turn, turn.applications.application(run.applicationId)),
    resumed: turn => turn.commands.push({ kind: 'answer' }),
  },
  announcing: {
    ...ignoreAll,
    ...endsWithCall,
    playCompleted: finishAnnouncement,
    playFailed: finishAnnouncement,
    timerFired: (turn, run, { timerId }) => {
      if (timerId === run.operationContext) goOn(turn, run.next)
    },
    resumed: (turn, run) => announce(silenced(turn), run.sources, run.next),
  },
  menu: {
    ...ignoreAll,
    ...endsWithCall,
    recognizeCompleted: (turn, run, { operationContext, tone }) => {
      if (operationContext === run.operationContext) answerMenu(silenced(turn), run, tone, 'key')
    },
    recognizeFailed: (turn, run, { operationContext }) => {
      if (operationContext === run.operationContext) offerAgain(silenced(turn), run)
    },
    choice: (turn, run, { tone, menuId }) => {
      if (menuId === undefined || menuId === run.menuId) answerMenu(turn, run, tone, 'click')
    },
    timerFired: (turn, run, { timerId }) => {
      if (timerId === run.operationContext) offerAgain(turn, run)
    },
    resumed: (turn, { attempt }) => {
      const menu = currentMenu(turn)
      if (menu) offerMenu(silenced(turn), menu, { before: [], attempt })
      else refuse(silenced(turn), 'applicationMissing')
    },
  },
  queueing: {
    ...ignoreAll,
    callerHungUp: (turn, run) => {
      turn.commands.push({ kind: 'dequeue', queueId: run.queueId })
      endByOthers(turn, 'callerHungUp')
    },
    callDisconnected: (turn, run) => {
      turn.commands.push({ kind: 'dequeue', queueId: run.queueId })
      endByOthers(turn, 'callDisconnected')
    },
    playCompleted: finishInterjection,
    playFailed: finishInterjection,
    timerFired: (turn, run, { timerId }) => {
      if (timerId === run.timerId) tellPlace(turn, { ...run, timerId: null })
      else if (timerId === run.operationContext) resumeMusic(turn, run)
    },
    jobQueued: (turn, run, event) => {
      if (event.queueId === run.queueId) notePlace(turn, run, event)
    },
    positionChanged: (turn, run, event) => {
      if (event.queueId === run.queueId) notePlace(turn, run, event)
    },
    jobOverflowed: (turn, run, { queueId }) => {
      if (queueId === run.queueId) leaveByException(turn, run, 'overflow')
    },
    jobTimedOut: (turn, run, { queueId }) => {
      if (queueId === run.queueId) leaveByException(turn, run, 'timeout')
    },
    jobNoAgents: (turn, run, { queueId }) => {
      if (queueId === run.queueId) leaveByException(turn, run, 'noAgents')
    },
    enqueueFailed: (turn, run, { queueId }) => {
      if (queueId === run.queueId) leaveByException(turn, run, 'noAgents')
    },
    agentAccepted: (turn, run, { queueId, workerId }) => {
      if (queueId === run.queueId) enter(turn, 'connect', { queueId, workerId })
    },
    resumed: (turn, run) => resumeWaiting(silenced(turn), run),
  },
  connected: {
    ...ignoreAll,
    ...endsWithCall,
    agentAccepted: (turn, _run, { queueId, workerId }) => enter(turn, 'connect', { queueId, workerId }),
    agentLost: (turn, run, { workerId }) => {
      if (workerId === run.workerId) waitAgain(turn, run.queueId)
    },
    resumed: ignore,
  },
  transferring: {
    ...ignoreAll,
    ...endsWithCall,
    transferAccepted: (turn, run, { operationContext }) => {
      if (operationContext === run.operationContext) enter(turn, 'end', { reason: 'transferred' })
    },
    transferFailed: (turn, run, { operationContext }) => {
      if (operationContext === run.operationContext) recoverFromTransfer(turn)
    },
    timerFired: (turn, run, { timerId }) => {
      if (timerId === run.operationContext) recoverFromTransfer(turn)
    },
    resumed: (turn, run) => transfer(silenced(turn), run.target),
  },
  ended: {
    ...ignoreAll,
    callerHungUp: ignore,
    callDisconnected: ignore,
    resumed: (turn, { reason }) => {
      if (!endedByOthers.has(reason)) turn.commands.push({ kind: 'disconnect', reason })
    },
  },
}

const endedByOthers: ReadonlySet<string> = new Set(['transferred', 'callerHungUp', 'callDisconnected'])

function silenced(turn: Turn): Turn {
  turn.nothingPlays = true
  return turn
}

function endByOthers(turn: Turn, reason: 'callerHungUp' | 'callDisconnected'): void {
  enter(silenced(turn), 'end', { reason })
}

function finishAnnouncement(
  turn: Turn,
  run: RunIn<'announcing'>,
  { operationContext }: { operationContext: string },
): void {
  if (operationContext === run.operationContext) goOn(silenced(turn), run.next)
}

function finishInterjection(
  turn: Turn,
  run: RunIn<'queueing'>,
  { operationContext }: { operationContext: string },
): void {
  if (operationContext === run.operationContext) resumeMusic(silenced(turn), run)
}

/** A wrong key is told and counts as an attempt; a click on a choice that is gone does not. */
function answerMenu(turn: Turn, run: RunIn<'menu'>, tone: Tone, by: 'key' | 'click'): void {
  const menu = currentMenu(turn)
  const option = menu?.options.find(candidate => candidate.tone === tone)
  if (!menu || (!option && by === 'key')) offerAgain(turn, run, 'notAChoice')
  else if (option) choose(turn, menu, option, run.menuId)
}

function choose(turn: Turn, menu: Menu, { target, language }: MenuOption, menuId: string): void {
  const spoken = turn.run.language
  turn.run = { ...turn.run, hops: 0 }
  if (language) changeLanguage(turn, language)
  if (target.kind === 'announcement') {
    const before = sourcesOf(turn, target.prompt)
    const sameLabels = turn.run.language === spoken
    offerMenu(turn, menu, sameLabels ? { before, attempt: 1, menuId } : { before, attempt: 1 })
  } else follow(turn, target, 'applicationEnded')
}

function changeLanguage(turn: Turn, preferredLanguage: Locale): void {
  const application = currentApplication(turn)
  const language = application ? languageFor(application, preferredLanguage) : preferredLanguage
  turn.run = { ...turn.run, preferredLanguage, language }
}

function offerAgain(turn: Turn, { attempt, menuId }: RunIn<'menu'>, because?: 'notAChoice'): void {
  const menu = currentMenu(turn)
  const before = because ? [speakPhrase(turn, because)] : []
  if (!menu) refuse(turn, 'applicationMissing')
  else if (attempt >= menu.repeat) follow(turn, menu.noInput, 'noInput')
  else offerMenu(turn, menu, { before, attempt: attempt + 1, menuId })
}

/** A run that is about to begin: the call is answered; `callConnected` then enters the application. */
export function startRun({ applicationId, preferredLanguage }: RunStart): StepResult {
  return {
    run: {
      schemaVersion: 1,
      state: 'starting',
      applicationId,
      preferredLanguage,
      language: preferredLanguage,
      hops: 0,
      counter: 0,
    },
    commands: [{ kind: 'answer' }],
  }
}

/**
 * The interpreter of voice applications: what a run becomes with an event, and what is to be done.
 * Every event has a defined outcome in every state; late and foreign ones are ignored. Pure.
 * @source reference teams-voice-apps §1–2, acs-api §5
 */
export function step(applications: ApplicationLookup, run: ApplicationRun, event: RunEvent): StepResult {
  const turn: Turn = { applications, run, commands: [], nothingPlays: false }
  const react = reactions[run.state][event.kind] as (turn: Turn, run: ApplicationRun, event: RunEvent) => void
  react(turn, run, event)
  return { run: turn.run, commands: turn.commands }
}
