import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEvent } from './events.ts'
import { attendant, ids, salesQueue, supportQueue, text } from './fixtures.ts'
import { phrases } from './phrases.ts'
import { press, promptEnds } from './simulator.ts'
import { accepted, connected, last, queued, run, toQueue } from './step.scripts.ts'

test('a queue that tells nothing plays music and sets no timer', () => {
  const { steps } = run([
    connected,
    press('2'),
    { kind: 'jobQueued', queueId: ids.supportQueue, position: 3, expectedWaitMs: 1_000 },
  ])
  assert.deepEqual(steps.at(-1)?.commands, [])
})

test('the next telling comes after the time that the queue is set to', () => {
  const { steps } = run([...toQueue, queued(2), promptEnds])
  assert.deepEqual(steps.at(-1)?.commands.at(-1), {
    kind: 'setTimer',
    timerId: 'timer-5',
    afterMs: 30_000,
  })
})

for (const [kind, reason] of [
  ['jobOverflowed', 'overflow'],
  ['jobTimedOut', 'timeout'],
  ['jobNoAgents', 'noAgents'],
] as const) {
  const exception: RunEvent = { kind, queueId: ids.salesQueue }
  const shopWith = (action: unknown) => [
    attendant(),
    salesQueue({ [reason]: action }),
    supportQueue({ greeting: text('Welcome to support.') }),
  ]

  test(`${reason} to disconnect: the announcement of the design, or the system's own`, () => {
    const spoken = shopWith({ announcement: text('Too busy.'), target: { kind: 'disconnect' } })
    assert.deepEqual(last([...toQueue, exception], spoken).told, ['dequeue', 'stopMusic', 'play: Too busy.'])
    assert.deepEqual(last([...toQueue, exception, promptEnds], spoken).told, [`disconnect: ${reason}`])
    assert.deepEqual(last([...toQueue, exception]).told.at(-1), `play: ${phrases[reason].en}`)
  })

  test(`${reason} to another application`, () => {
    const elsewhere = shopWith({
      announcement: text('Trying support.'),
      target: { kind: 'application', applicationId: ids.support },
    })
    assert.deepEqual(last([...toQueue, exception, promptEnds], elsewhere).told, ['play: Welcome to support.'])
    const wordless = shopWith({
      announcement: { kind: 'none' },
      target: { kind: 'application', applicationId: ids.support },
    })
    assert.deepEqual(last([...toQueue, exception], wordless).told, [
      'dequeue',
      'stopMusic',
      'play: Welcome to support.',
    ])
  })

  test(`${reason} to chat, with the people of the same queue`, () => {
    const chat = shopWith({ announcement: text('Let us write.'), target: { kind: 'chat' } })
    const { steps, run: end } = run([...toQueue, exception, promptEnds], chat)
    assert.deepEqual(steps.at(-1)?.commands.slice(-1), [{ kind: 'disconnect', reason: 'continuedByChat' }])
    assert.deepEqual(steps.at(-1)?.commands[0], { kind: 'offerChat', queueId: ids.salesQueue })
    assert.equal(end.state, 'ended')
  })
}

test('a choice of chat says so before the call ends', () => {
  assert.deepEqual(last([connected, press('9')]).told, ['menu: none', `play: ${phrases.continueByChat.en}`])
  assert.deepEqual(last([connected, press('9'), promptEnds]).told, [
    'offerChat',
    'disconnect: continuedByChat',
  ])
  const offered = run([connected, press('9'), promptEnds]).commands.find(({ kind }) => kind === 'offerChat')
  assert.deepEqual(offered, { kind: 'offerChat', queueId: ids.salesQueue })
})

test('a queue that refuses the job has no agents for the caller', () => {
  const refused: RunEvent = { kind: 'enqueueFailed', queueId: ids.salesQueue }
  assert.equal(last([...toQueue, refused]).told.at(-1), `play: ${phrases.noAgents.en}`)
})

test('events of another queue change nothing', () => {
  for (const kind of ['jobOverflowed', 'jobTimedOut', 'jobNoAgents', 'enqueueFailed'] as const)
    assert.deepEqual(last([...toQueue, { kind, queueId: ids.supportQueue }]).told, [])
  const before = run(toQueue).run
  const foreign = { queueId: ids.supportQueue, position: 9, expectedWaitMs: null }
  assert.deepEqual(run([...toQueue, { kind: 'positionChanged', ...foreign }]).run, before)
  assert.deepEqual(
    run([...toQueue, { kind: 'agentAccepted', queueId: ids.supportQueue, workerId: ids.agent }]).run,
    before,
  )
})

test('an agent who is lost gives the caller back to the queue, in the same place', () => {
  const lost: RunEvent = { kind: 'agentLost', workerId: ids.agent }
  assert.deepEqual(last([...toQueue, accepted, lost]).told, ['enqueue', `play: ${phrases.agentLost.en}`])
  assert.deepEqual(last([...toQueue, accepted, lost, promptEnds]).told, ['startMusic'])
  assert.deepEqual(last([...toQueue, accepted, { kind: 'agentLost', workerId: ids.otherAgent }]).told, [])
})

test('an agent who accepts during an announcement cuts it short', () => {
  assert.deepEqual(last([...toQueue, queued(2), accepted]).told, ['cancelAllMediaOperations'])
})

test('a caller who hangs up leaves the queue', () => {
  assert.deepEqual(last([...toQueue, { kind: 'callerHungUp' }]).told, ['dequeue'])
})
