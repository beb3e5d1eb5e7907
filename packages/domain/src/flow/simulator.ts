import type { RunCommand } from './commands.ts'
import type { ApplicationLookup, Tone } from './document.ts'
import type { RunEvent } from './events.ts'
import type { ApplicationRun, RunStart } from './run.ts'
import { startRun, step } from './step.ts'

/** One event of a script, or a function that makes it from the run as it then is. */
export type ScriptLine = RunEvent | ((run: ApplicationRun) => RunEvent)

/** What came of one line of a script. */
export type SimulatedStep = { event: RunEvent; run: ApplicationRun; commands: RunCommand[] }

/** What came of a script: each step, all commands in order (with those of the start), and the last run. */
export type Simulation = { run: ApplicationRun; commands: RunCommand[]; steps: SimulatedStep[] }

/** Plays a script through the interpreter, for designers who try a flow and for tests. */
export function simulate(
  applications: ApplicationLookup,
  start: RunStart,
  script: readonly ScriptLine[],
): Simulation {
  const started = startRun(start)
  const steps: SimulatedStep[] = []
  let run = started.run
  for (const line of script) {
    const event = typeof line === 'function' ? line(run) : line
    const result = step(applications, run, event)
    run = result.run
    steps.push({ event, ...result })
  }
  return { run, commands: [...started.commands, ...steps.flatMap(({ commands }) => commands)], steps }
}

/** The operation that the run waits for; one that never existed when it waits for none. */
export function pendingOperation(run: ApplicationRun): string {
  return ('operationContext' in run && run.operationContext) || 'none'
}

/** The prompt that plays ends. */
export const promptEnds: ScriptLine = run => ({
  kind: 'playCompleted',
  operationContext: pendingOperation(run),
})

/** The caller presses a key. */
export const press =
  (tone: Tone): ScriptLine =>
  run => ({ kind: 'recognizeCompleted', operationContext: pendingOperation(run), tone })

/** The caller lets the time for a choice pass. */
export const staySilent: ScriptLine = run => ({
  kind: 'recognizeFailed',
  operationContext: pendingOperation(run),
  reason: 'initialSilenceTimeout',
})

/** The time of the next announcement in the queue comes. */
export const nextTelling: ScriptLine = run => ({
  kind: 'timerFired',
  timerId: (run.state === 'queueing' && run.timerId) || 'none',
})
