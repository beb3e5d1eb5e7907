import type { QueueId } from '../ids.ts'
import type { PlaySource } from './commands.ts'
import type { CallQueueApplication } from './document.ts'
import { type Cause, follow, OPERATION_LIMIT_MS, refuse } from './moves.ts'
import { describeExpectedWait, describePosition } from './phrases.ts'
import type { RunIn } from './run.ts'
import {
  currentApplication,
  endOperation,
  enter,
  nextId,
  sourcesOf,
  speak,
  speakPhrase,
  type Turn,
} from './turn.ts'

type Waiting = RunIn<'queueing'>

function currentQueue(turn: Turn): CallQueueApplication | undefined {
  const application = currentApplication(turn)
  return application?.kind === 'callQueue' ? application : undefined
}

/** Notes the caller's place, and tells it when it has just become known. */
export function notePlace(
  turn: Turn,
  run: Waiting,
  { position, expectedWaitMs }: { position: number; expectedWaitMs: number | null },
): void {
  const isNews = run.position === null && run.operationContext === null
  const noted = { ...run, position, expectedWaitMs }
  turn.run = noted
  if (!isNews) return
  if (run.timerId !== null) turn.commands.push({ kind: 'cancelTimer', timerId: run.timerId })
  tellPlace(turn, { ...noted, timerId: null })
}

/** Tells the place and the expected wait where the design wants it, or else sets the time of the next telling. */
export function tellPlace(turn: Turn, run: Waiting): void {
  const words = placeWords(turn, run)
  if (words.length === 0) {
    planTelling(turn, run)
    return
  }
  turn.commands.push({ kind: 'stopMusic' })
  interject(turn, run, words)
}

function placeWords(turn: Turn, { position, expectedWaitMs, language }: Waiting): PlaySource[] {
  const queue = currentQueue(turn)
  const words: string[] = []
  if (queue?.announcePosition.enabled && position !== null) words.push(describePosition(position, language))
  if (queue?.announceExpectedWait && expectedWaitMs !== null)
    words.push(describeExpectedWait(expectedWaitMs, language))
  return words.length > 0 ? [speak(turn, words.join(' '))] : []
}

function interject(turn: Turn, run: Waiting, sources: PlaySource[]): void {
  const operationContext = nextId(turn, 'operation')
  const { counter } = turn.run
  turn.run = { ...run, counter, operationContext, timerId: null }
  turn.commands.push(
    { kind: 'play', operationContext, sources },
    { kind: 'setTimer', timerId: operationContext, afterMs: OPERATION_LIMIT_MS },
  )
}

function planTelling(turn: Turn, run: Waiting): void {
  turn.run = run
  const queue = currentQueue(turn)
  if (!queue || !(queue.announcePosition.enabled || queue.announceExpectedWait)) return
  const timerId = nextId(turn, 'timer')
  turn.run = { ...run, counter: turn.run.counter, timerId }
  turn.commands.push({ kind: 'setTimer', timerId, afterMs: queue.announcePosition.everyMs })
}

/** After an announcement: the music again. */
export function resumeMusic(turn: Turn, run: Waiting): void {
  if (run.operationContext !== null) endOperation(turn, run.operationContext)
  startMusic(turn, { ...run, counter: turn.run.counter, operationContext: null })
}

function startMusic(turn: Turn, run: Waiting): void {
  turn.run = run
  turn.commands.push({ kind: 'startMusic', music: currentQueue(turn)?.music ?? { kind: 'default' } })
  planTelling(turn, run)
}

/** After a restart: the place is kept and told, nobody is greeted twice. */
export function resumeWaiting(turn: Turn, run: Waiting): void {
  const words = placeWords(turn, run)
  const again = rejoin(turn, run.queueId, run)
  if (words.length > 0) interject(turn, again, words)
  else startMusic(turn, again)
}

/** The agent is gone: the caller is told, and waits again in the same place. */
export function waitAgain(turn: Turn, queueId: QueueId): void {
  const again = rejoin(turn, queueId, { position: null, expectedWaitMs: null })
  interject(turn, again, [speakPhrase(turn, 'agentLost')])
}

function rejoin(
  turn: Turn,
  queueId: QueueId,
  { position, expectedWaitMs }: Pick<Waiting, 'position' | 'expectedWaitMs'>,
): Waiting {
  const again = enter(turn, 'enqueue', {
    queueId,
    position,
    expectedWaitMs,
    operationContext: null,
    timerId: null,
  })
  turn.commands.push({ kind: 'enqueue', queueId, applicationId: again.applicationId })
  return again
}

/** The queue will not keep the caller: goes where the design says. */
export function leaveByException(
  turn: Turn,
  run: Waiting,
  reason: Extract<Cause, 'overflow' | 'timeout' | 'noAgents'>,
): void {
  turn.commands.push({ kind: 'dequeue', queueId: run.queueId })
  const queue = currentQueue(turn)
  if (!queue) {
    refuse(turn, 'applicationMissing')
    return
  }
  const { announcement, target } = queue[reason]
  follow(turn, target, reason, sourcesOf(turn, announcement))
}
