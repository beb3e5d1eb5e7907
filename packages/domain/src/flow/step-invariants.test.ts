import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunCommand } from './commands.ts'
import { lookupIn, Tone } from './document.ts'
import type { RunEvent } from './events.ts'
import { attendant, ids, salesQueue, supportQueue } from './fixtures.ts'
import { ApplicationRun } from './run.ts'
import { pendingOperation } from './simulator.ts'
import { startRun, step } from './step.ts'

/** Numbers from 0 up to `below`, the same for the same seed. */
function createDice(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const toWelcome = {
  announcement: { kind: 'none' },
  target: { kind: 'application', applicationId: ids.welcome },
}
const toChat = { announcement: { kind: 'none' }, target: { kind: 'chat' } }
const toSupport = { announcement: { kind: 'none' }, target: { kind: 'queue', queueId: ids.supportQueue } }
const shop = lookupIn([
  attendant({ noInput: { kind: 'queue', queueId: ids.supportQueue } }),
  salesQueue({ overflow: toSupport, timeout: toWelcome, noAgents: toChat }),
  supportQueue({ overflow: toWelcome, timeout: toWelcome, noAgents: toSupport }),
])

/** An event that may well happen now: mostly about what is going on, sometimes late or foreign. */
function happen(run: ApplicationRun, dice: (below: number) => number): RunEvent {
  const operationContext = dice(8) === 0 ? 'operation-0' : pendingOperation(run)
  const queueId = dice(2) === 0 ? ids.salesQueue : ids.supportQueue
  const tone = Tone.options[dice(Tone.options.length)] ?? '1'
  const timerId = run.state === 'queueing' && dice(2) === 0 ? (run.timerId ?? 'none') : operationContext
  const place = { queueId, position: 1 + dice(5), expectedWaitMs: dice(2) === 0 ? null : dice(5_000_000) }
  const events: RunEvent[] = [
    { kind: 'callConnected' },
    { kind: 'playCompleted', operationContext },
    { kind: 'playFailed', operationContext },
    { kind: 'recognizeCompleted', operationContext, tone },
    { kind: 'recognizeFailed', operationContext, reason: 'initialSilenceTimeout' },
    { kind: 'choice', tone },
    { kind: 'timerFired', timerId },
    { kind: 'jobQueued', ...place },
    { kind: 'positionChanged', ...place },
    { kind: 'jobOverflowed', queueId },
    { kind: 'jobTimedOut', queueId },
    { kind: 'jobNoAgents', queueId },
    { kind: 'enqueueFailed', queueId },
    { kind: 'agentAccepted', queueId, workerId: ids.agent },
    { kind: 'agentLost', workerId: ids.agent },
    { kind: 'transferAccepted', operationContext },
    { kind: 'transferFailed', operationContext },
    { kind: 'resumed' },
  ]
  const rare: RunEvent[] = [{ kind: 'callerHungUp' }, { kind: 'callDisconnected' }]
  return dice(200) === 0 ? (rare[dice(2)] as RunEvent) : (events[dice(events.length)] as RunEvent)
}

/** What the caller's line is doing, kept as whoever carries out the commands would keep it. */
type Line = { operation: string | null; music: boolean; timers: Set<string>; menu: boolean }

function hear(line: Line, before: ApplicationRun, event: RunEvent): void {
  if (event.kind === 'resumed' && before.state !== 'connected')
    Object.assign(line, { operation: null, music: false })
  if (event.kind === 'timerFired') line.timers.delete(event.timerId)
  const ends =
    before.state === 'menu' ? ['recognizeCompleted', 'recognizeFailed'] : ['playCompleted', 'playFailed']
  if ('operationContext' in event && ends.includes(event.kind) && event.operationContext === line.operation)
    line.operation = null
}

function carryOut(line: Line, command: RunCommand): void {
  switch (command.kind) {
    case 'play':
    case 'recognize':
      assert.equal(line.operation, null, 'one operation at a time')
      assert.equal(line.music, false, 'no prompt over music')
      line.operation = command.operationContext
      break
    case 'cancelAllMediaOperations':
      assert.notEqual(line.operation, null, 'only what plays is cancelled')
      line.operation = null
      break
    case 'startMusic':
      assert.equal(line.operation, null, 'no music over a prompt')
      line.music = true
      break
    case 'stopMusic':
      assert.ok(line.music, 'only music that plays is stopped')
      line.music = false
      break
    case 'setTimer':
      line.timers.add(command.timerId)
      break
    case 'cancelTimer':
      line.timers.delete(command.timerId)
      break
    case 'setMenu':
      line.menu = command.menu !== null
      break
  }
}

test('whatever happens: no silence, no two sounds at once, no forgotten timer, nothing unreadable', () => {
  const dice = createDice(20_261_122)
  const visited = new Map<string, number>()
  for (let call = 0; call < 400; call++) {
    let { run } = startRun({ applicationId: ids.welcome, preferredLanguage: 'en' })
    const line: Line = { operation: null, music: false, timers: new Set(), menu: false }
    for (let moment = 0; moment < 60; moment++) {
      const event = moment === 0 ? ({ kind: 'callConnected' } as const) : happen(run, dice)
      const before = run
      const result = step(shop, before, event)
      run = result.run
      visited.set(run.state, (visited.get(run.state) ?? 0) + 1)
      hear(line, before, event)
      for (const command of result.commands) carryOut(line, command)

      const context = `${event.kind} → ${run.state}`
      assert.deepEqual(ApplicationRun.parse(JSON.parse(JSON.stringify(run))), run, context)
      assert.ok(run.counter >= before.counter, context)
      assert.equal(line.menu, run.state === 'menu', context)
      const pending = pendingOperation(run)
      const waitsFor = new Set(pending === 'none' ? [] : [pending])
      if (run.state === 'queueing' && run.timerId) waitsFor.add(run.timerId)
      assert.deepEqual([...line.timers].sort(), [...waitsFor].sort(), context)
      const sounds = run.state === 'announcing' || run.state === 'menu' ? line.operation !== null : line.music
      if (run.state === 'queueing') assert.ok(line.music !== (line.operation !== null), context)
      else if (run.state !== 'connected' && run.state !== 'ended') assert.ok(sounds, context)
      if (run.state === 'connected') assert.ok(!line.music && line.operation === null, context)
    }
  }
  for (const state of ['announcing', 'menu', 'queueing', 'connected', 'transferring', 'ended'])
    assert.ok((visited.get(state) ?? 0) > 100, `${state} was hardly visited`)
})
