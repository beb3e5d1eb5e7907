import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookupIn } from './document.ts'
import type { RunEvent, RunEventKind } from './events.ts'
import { ids, shop } from './fixtures.ts'
import { ApplicationRun, type RunState } from './run.ts'
import { applicationRunMachine } from './run-machine.ts'
import { nextTelling, press, promptEnds, type ScriptLine } from './simulator.ts'
import { accepted, connected, queued, run, told, toQueue, ways } from './step.scripts.ts'
import { step } from './step.ts'

test('the whole way: answer, greeting and menu, queue with place and music, an agent', () => {
  const { run: end, commands } = run([
    connected,
    press('1'),
    promptEnds,
    queued(2, 170_000),
    promptEnds,
    { kind: 'positionChanged', queueId: ids.salesQueue, position: 1, expectedWaitMs: 40_000 },
    nextTelling,
    promptEnds,
    accepted,
    { kind: 'callDisconnected' },
  ])
  assert.deepEqual(told(commands), [
    'answer',
    'menu: 12345690',
    'recognize: Welcome. | Press a key.',
    'menu: none',
    'play: Welcome to sales.',
    'enqueue',
    'startMusic',
    'stopMusic',
    'play: You are number 2. The expected wait is about 3 minutes.',
    'startMusic',
    'stopMusic',
    'play: You are next in line. The expected wait is less than a minute.',
    'startMusic',
    'stopMusic',
  ])
  assert.equal(end.state, 'ended')
})

const operationContext = 'operation-0'
const place = { queueId: ids.salesQueue, position: 1, expectedWaitMs: 1_000 }
const everyEvent: { [K in RunEventKind]: Extract<RunEvent, { kind: K }> } = {
  callConnected: { kind: 'callConnected' },
  playCompleted: { kind: 'playCompleted', operationContext },
  playFailed: { kind: 'playFailed', operationContext },
  recognizeCompleted: { kind: 'recognizeCompleted', operationContext, tone: '1' },
  recognizeFailed: { kind: 'recognizeFailed', operationContext, reason: 'mediaFailed' },
  choice: { kind: 'choice', tone: '1' },
  timerFired: { kind: 'timerFired', timerId: 'timer-0' },
  jobQueued: { kind: 'jobQueued', ...place },
  positionChanged: { kind: 'positionChanged', ...place },
  jobOverflowed: { kind: 'jobOverflowed', queueId: ids.salesQueue },
  jobTimedOut: { kind: 'jobTimedOut', queueId: ids.salesQueue },
  jobNoAgents: { kind: 'jobNoAgents', queueId: ids.salesQueue },
  enqueueFailed: { kind: 'enqueueFailed', queueId: ids.salesQueue },
  agentAccepted: { kind: 'agentAccepted', queueId: ids.salesQueue, workerId: ids.otherAgent },
  agentLost: { kind: 'agentLost', workerId: ids.agent },
  transferAccepted: { kind: 'transferAccepted', operationContext },
  transferFailed: { kind: 'transferFailed', operationContext },
  callerHungUp: { kind: 'callerHungUp' },
  callDisconnected: { kind: 'callDisconnected' },
  resumed: { kind: 'resumed' },
}

/** Where each state goes with each event when operations and timers are long gone; all others: ignored. */
const outcomes: Record<RunState, Partial<Record<RunEventKind, RunState>>> = {
  starting: { callConnected: 'menu', callerHungUp: 'ended', callDisconnected: 'ended', resumed: 'starting' },
  announcing: { callerHungUp: 'ended', callDisconnected: 'ended', resumed: 'announcing' },
  menu: { choice: 'announcing', callerHungUp: 'ended', callDisconnected: 'ended', resumed: 'menu' },
  queueing: {
    jobQueued: 'queueing',
    positionChanged: 'queueing',
    jobOverflowed: 'announcing',
    jobTimedOut: 'announcing',
    jobNoAgents: 'announcing',
    enqueueFailed: 'announcing',
    agentAccepted: 'connected',
    callerHungUp: 'ended',
    callDisconnected: 'ended',
    resumed: 'queueing',
  },
  connected: {
    agentAccepted: 'connected',
    agentLost: 'queueing',
    callerHungUp: 'ended',
    callDisconnected: 'ended',
  },
  transferring: { callerHungUp: 'ended', callDisconnected: 'ended', resumed: 'transferring' },
  ended: {},
}

for (const state of Object.keys(ways) as RunState[])
  test(`${state}: every event has its outcome, late ones change nothing`, () => {
    const at = run(ways[state]).run
    assert.equal(at.state, state)
    for (const event of Object.values(everyEvent)) {
      const expected = outcomes[state][event.kind]
      const result = step(lookupIn(shop()), at, event)
      if (expected) assert.equal(result.run.state, expected, event.kind)
      else assert.deepEqual(result, { run: at, commands: [] }, event.kind)
      assert.deepEqual(ApplicationRun.parse(JSON.parse(JSON.stringify(result.run))), result.run)
    }
  })

test('the same run and event give the same result, and leave the run untouched', () => {
  for (const way of Object.values(ways)) {
    const at = Object.freeze(run(way).run)
    for (const event of Object.values(everyEvent))
      assert.deepEqual(step(lookupIn(shop()), at, event), step(lookupIn(shop()), at, event))
  }
})

test('each operation that starts is guarded, and its guard is cancelled when it is over', () => {
  const journey = [...toQueue, queued(2), promptEnds, nextTelling, accepted, { kind: 'callDisconnected' }]
  const running = new Set<string>()
  for (const { event, commands, run: at } of run(journey as ScriptLine[]).steps) {
    if (event.kind === 'timerFired') running.delete(event.timerId)
    for (const command of commands) {
      if (command.kind === 'setTimer') running.add(command.timerId)
      if (command.kind === 'cancelTimer') running.delete(command.timerId)
    }
    if ('operationContext' in at && at.operationContext !== null) assert.ok(running.has(at.operationContext))
  }
  assert.deepEqual([...running], [])
})

test('each move leads into one state only', () => {
  const led = new Map<string, Set<string>>()
  for (const moves of Object.values(applicationRunMachine.table))
    for (const [move, to] of Object.entries(moves)) led.set(move, (led.get(move) ?? new Set()).add(to))
  assert.deepEqual(
    [...led].map(([move, states]) => [move, [...states]]),
    [
      ['announce', ['announcing']],
      ['offerMenu', ['menu']],
      ['enqueue', ['queueing']],
      ['transfer', ['transferring']],
      ['end', ['ended']],
      ['connect', ['connected']],
    ],
  )
})
