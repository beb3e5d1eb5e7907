import type { RunCommand } from './commands.ts'
import { lookupIn, type VoiceApplication } from './document.ts'
import type { RunEvent } from './events.ts'
import { ids, shop } from './fixtures.ts'
import type { RunState } from './run.ts'
import { press, promptEnds, type ScriptLine, simulate } from './simulator.ts'

/** The caller is there. */
export const connected: RunEvent = { kind: 'callConnected' }
/** The caller waits for sales at that place. */
export const queued = (position: number, expectedWaitMs: number | null = null): RunEvent => ({
  kind: 'jobQueued',
  queueId: ids.salesQueue,
  position,
  expectedWaitMs,
})
/** An agent of sales takes the call. */
export const accepted: RunEvent = { kind: 'agentAccepted', queueId: ids.salesQueue, workerId: ids.agent }
/** The server or its media began anew. */
export const resumed: RunEvent = { kind: 'resumed' }

/** Runs a script in the shop, or in other applications. */
export function run(
  script: ScriptLine[],
  applications: VoiceApplication[] = shop(),
  language: 'en' | 'fr' = 'en',
) {
  const start = { applicationId: ids.welcome, preferredLanguage: language }
  return simulate(lookupIn(applications), start, script)
}

/** Commands as short lines, without guards and ids, so that a journey reads as what the caller meets. */
export function told(commands: RunCommand[]): string[] {
  return commands.flatMap(command => {
    switch (command.kind) {
      case 'play':
        return [`play: ${words(command.sources)}`]
      case 'recognize':
        return [`recognize: ${words(command.prompts)}`]
      case 'setTimer':
      case 'cancelTimer':
        return []
      case 'setMenu':
        return [command.menu ? `menu: ${command.menu.choices.map(c => c.tone).join('')}` : 'menu: none']
      case 'disconnect':
        return [`disconnect: ${command.reason}`]
      default:
        return [command.kind]
    }
  })
}

function words(sources: { kind: string; text?: string }[]): string {
  return sources.map(source => source.text ?? source.kind).join(' | ')
}

/** Where a script leads, and what its last line made the caller meet. */
export const last = (script: ScriptLine[], applications?: VoiceApplication[], language?: 'en' | 'fr') => {
  const { run: end, steps } = run(script, applications, language)
  return { run: end, told: told(steps.at(-1)?.commands ?? []) }
}

/** From the first word into the queue of sales. */
export const toQueue: ScriptLine[] = [connected, press('1'), promptEnds]

/** A way into each state. */
export const ways: Record<RunState, ScriptLine[]> = {
  starting: [],
  announcing: [connected, press('1')],
  menu: [connected],
  queueing: toQueue,
  connected: [...toQueue, accepted],
  transferring: [connected, press('5')],
  ended: [connected, { kind: 'callerHungUp' }],
}
