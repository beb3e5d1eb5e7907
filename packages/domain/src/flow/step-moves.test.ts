import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookupIn } from './document.ts'
import { attendant, ids, redirector, shop } from './fixtures.ts'
import { phrases } from './phrases.ts'
import type { RunState } from './run.ts'
import { pendingOperation, press, promptEnds, type ScriptLine, staySilent } from './simulator.ts'
import { connected, last, queued, resumed, run, told, toQueue, ways } from './step.scripts.ts'
import { step } from './step.ts'

test('a transfer: music while it rings, the end of the run when it is taken', () => {
  assert.deepEqual(last([connected, press('5')]).told, ['menu: none', 'transfer', 'startMusic'])
  const taken: ScriptLine = at => ({ kind: 'transferAccepted', operationContext: pendingOperation(at) })
  const { run: end, told: lines } = last([connected, press('5'), taken])
  assert.deepEqual(lines, ['stopMusic'])
  assert.ok(end.state === 'ended' && end.reason === 'transferred')
})

test('a transfer that fails, or never reports, leads back to the menu', () => {
  const again = ['stopMusic', 'menu: 12345690', `recognize: ${phrases.transferFailed.en} | Press a key.`]
  const failed: ScriptLine = at => ({ kind: 'transferFailed', operationContext: pendingOperation(at) })
  const silent: ScriptLine = at => ({ kind: 'timerFired', timerId: pendingOperation(at) })
  assert.deepEqual(last([connected, press('5'), failed]).told, again)
  assert.deepEqual(last([connected, press('5'), silent]).told, again)
})

test('a transfer that fails without a menu to go back to ends the call', () => {
  const only = redirector(ids.welcome, { kind: 'external', e164: '+33123456789' })
  const failed: ScriptLine = at => ({ kind: 'transferFailed', operationContext: pendingOperation(at) })
  assert.deepEqual(last([connected, failed], [only]).told, [
    'stopMusic',
    `play: ${phrases.transferFailed.en}`,
  ])
  assert.deepEqual(last([connected, failed, promptEnds], [only]).told, ['disconnect: transferFailed'])
})

test('a missing application is apologised for, and the call ends', () => {
  for (const script of [[connected, press('6')], [connected]])
    assert.equal(
      last(script, script.length === 1 ? [] : shop()).told.at(-1),
      `play: ${phrases.unavailable.en}`,
    )
  assert.deepEqual(last([connected, press('6'), promptEnds]).told, ['disconnect: applicationMissing'])
})

test('an application deleted under a caller is apologised for, in each state that needs it', () => {
  const before = {
    menu: [press('1'), staySilent, resumed],
    queueing: [{ kind: 'jobTimedOut', queueId: ids.salesQueue }],
  }
  for (const [state, lines] of Object.entries(before))
    for (const line of lines as ScriptLine[]) {
      const at = run(ways[state as RunState]).run
      const { commands } = step(lookupIn([]), at, typeof line === 'function' ? line(at) : line)
      assert.equal(told(commands).at(-1), `play: ${phrases.unavailable.en}`, state)
    }
})

test('applications that lead to each other without end are cut after twenty', () => {
  const circle = [
    redirector(ids.welcome, { kind: 'application', applicationId: ids.support }),
    redirector(ids.support, { kind: 'application', applicationId: ids.welcome }),
  ]
  const { told: lines, run: end } = last([connected], circle)
  assert.deepEqual(lines, [`play: ${phrases.unavailable.en}`])
  assert.equal(end.hops, 20)
  assert.deepEqual(last([connected, promptEnds], circle).told, ['disconnect: chainTooLong'])
})

test('a caller who keeps choosing is not cut', () => {
  const back = attendant({
    options: [
      { tone: '1', label: { en: 'Again' }, target: { kind: 'application', applicationId: ids.welcome } },
    ],
  })
  const { run: end } = run([connected, ...Array.from({ length: 30 }, () => press('1'))], [back])
  assert.equal(end.state, 'menu')
})

test('an operation that never reports counts as failed', () => {
  const stuck: ScriptLine = at => ({ kind: 'timerFired', timerId: pendingOperation(at) })
  assert.deepEqual(last([...ways.announcing, stuck]).told, [
    'cancelAllMediaOperations',
    'enqueue',
    'startMusic',
  ])
  assert.deepEqual(last([...ways.menu, stuck]).told, ['cancelAllMediaOperations', 'recognize: Press a key.'])
  assert.deepEqual(last([...toQueue, queued(2), stuck]).told, ['cancelAllMediaOperations', 'startMusic'])
})

test('a prompt that fails counts as heard', () => {
  const failed: ScriptLine = at => ({ kind: 'playFailed', operationContext: pendingOperation(at) })
  assert.deepEqual(last([...ways.announcing, failed]).told, ['enqueue', 'startMusic'])
})

test('after a restart, every state goes on where the caller was', () => {
  const after = (script: ScriptLine[]) => last([...script, resumed]).told
  assert.deepEqual(after(ways.starting), ['answer'])
  assert.deepEqual(after(ways.announcing), ['play: Welcome to sales.'])
  assert.deepEqual(after(ways.menu), ['menu: 12345690', 'recognize: Press a key.'])
  assert.deepEqual(after(ways.queueing), ['enqueue', 'startMusic'])
  assert.deepEqual(after([...toQueue, queued(2)]), ['enqueue', 'play: You are number 2.'])
  assert.deepEqual(after(ways.connected), [])
  assert.deepEqual(after(ways.transferring), ['transfer', 'startMusic'])
  assert.deepEqual(after(ways.ended), [])
  assert.deepEqual(after([connected, press('0'), promptEnds]), ['disconnect: applicationEnded'])
})

test('a place that is only learnt after a restart is told then', () => {
  const { steps } = run([...toQueue, resumed, queued(4)])
  assert.equal(told(steps.at(-1)?.commands ?? []).at(-1), 'play: You are number 4.')
  const timers = steps.at(-2)?.commands.filter(command => command.kind === 'setTimer')
  assert.equal(timers?.length, 1)
  assert.deepEqual(steps.at(-1)?.commands[0], { kind: 'cancelTimer', timerId: timers?.[0]?.timerId })
})
