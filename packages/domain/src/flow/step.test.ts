import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunCommand } from './commands.ts'
import { lookupIn, type VoiceApplication } from './document.ts'
import type { RunEvent, RunEventKind } from './events.ts'
import { attendant, ids, redirector, salesQueue, shop, supportQueue, text } from './fixtures.ts'
import { phrases } from './phrases.ts'
import { ApplicationRun, type RunState } from './run.ts'
import { applicationRunMachine } from './run-machine.ts'
import {
  nextTelling,
  pendingOperation,
  press,
  promptEnds,
  type ScriptLine,
  simulate,
  staySilent,
} from './simulator.ts'
import { step } from './step.ts'

const connected: RunEvent = { kind: 'callConnected' }
const queued = (position: number, expectedWaitMs: number | null = null): RunEvent => ({
  kind: 'jobQueued',
  queueId: ids.salesQueue,
  position,
  expectedWaitMs,
})
const accepted: RunEvent = { kind: 'agentAccepted', queueId: ids.salesQueue, workerId: ids.agent }
const resumed: RunEvent = { kind: 'resumed' }

function run(script: ScriptLine[], applications: VoiceApplication[] = shop(), language: 'en' | 'fr' = 'en') {
  const start = { applicationId: ids.welcome, preferredLanguage: language }
  return simulate(lookupIn(applications), start, script)
}

/** Commands as short lines, without guards and ids, so that a journey reads as what the caller meets. */
function told(commands: RunCommand[]): string[] {
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

const last = (script: ScriptLine[], applications?: VoiceApplication[], language?: 'en' | 'fr') => {
  const { run: end, steps } = run(script, applications, language)
  return { run: end, told: told(steps.at(-1)?.commands ?? []) }
}

const toQueue: ScriptLine[] = [connected, press('1'), promptEnds]

/** A way into each state. */
const ways: Record<RunState, ScriptLine[]> = {
  starting: [],
  announcing: [connected, press('1')],
  menu: [connected],
  queueing: toQueue,
  connected: [...toQueue, accepted],
  transferring: [connected, press('5')],
  ended: [connected, { kind: 'callerHungUp' }],
}

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

test('a file is played with the words that say the same, in the language and voice of the caller', () => {
  const fileId = '00000004-0000-4000-8000-000000000001'
  const greeted = (text?: object) =>
    run(
      [connected, press('1')],
      [attendant(), salesQueue({ greeting: { kind: 'file', fileId, text } })],
      'fr',
    )
  const play = (text?: object) => greeted(text).commands.find(command => command.kind === 'play')?.sources
  const words = { kind: 'text', text: 'Bonjour.', language: 'fr', voice: 'fr-voice' }
  assert.deepEqual(play({ en: 'Hello.', fr: 'Bonjour.' }), [{ kind: 'file', fileId, words }])
  assert.deepEqual(play(), [{ kind: 'file', fileId, words: null }])
  const stored = greeted().run
  assert.deepEqual(ApplicationRun.parse(JSON.parse(JSON.stringify(stored))), stored)
})

test('the caller hears the preferred language, in its voice, with its labels', () => {
  const { commands } = run([connected], shop(), 'fr')
  const recognize = commands.find(command => command.kind === 'recognize')
  assert.deepEqual(recognize?.prompts[0], {
    kind: 'text',
    text: 'Welcome. (fr)',
    language: 'fr',
    voice: 'fr-voice',
  })
  const menu = commands.find(command => command.kind === 'setMenu')?.menu
  assert.deepEqual(menu?.choices[0], { tone: '1', label: 'Sales (fr)' })
})

test('an application that lacks the language speaks its first one', () => {
  const english = { ...attendant(), languages: ['en' as const] }
  assert.deepEqual(last([connected], [english], 'fr').told.at(-1), 'recognize: Welcome. | Press a key.')
})

test('a text that lacks the language is spoken in the one it has', () => {
  const menu = attendant({ prompt: { kind: 'text', text: { en: 'Press a key.', fr: ' ' } } })
  const { commands } = run([connected], [menu], 'fr')
  const prompts = commands.flatMap(command => (command.kind === 'recognize' ? command.prompts : []))
  assert.deepEqual(
    prompts.map(prompt => prompt.kind === 'text' && prompt.language),
    ['fr', 'en'],
  )
})

test('a choice may change the language, and the menu on screen with it', () => {
  const { told: lines, run: end } = last([connected, press('4')], shop(), 'fr')
  assert.deepEqual(lines, ['menu: 12345690', 'recognize: Press a key.'])
  assert.equal(end.language, 'en')
})

test('an announcement is followed by the menu, whose keys work meanwhile', () => {
  const { told: lines, run: end } = last([connected, press('3')])
  assert.deepEqual(lines, ['recognize: Nine to six. | Press a key.'])
  assert.equal(end.state, 'menu')
})

test('a wrong key is told and the menu offered again, as often as it repeats', () => {
  assert.deepEqual(last([connected, press('7')]).told, [`recognize: ${phrases.notAChoice.en} | Press a key.`])
  assert.deepEqual(last([connected, press('7'), press('7')]).told, [
    'menu: none',
    `play: ${phrases.noInput.en}`,
  ])
})

test('silence repeats the menu without the greeting, then follows what it leads to', () => {
  assert.deepEqual(last([connected, staySilent]).told, ['recognize: Press a key.'])
  const silent = [connected, staySilent, staySilent]
  assert.deepEqual(last(silent).told, ['menu: none', `play: ${phrases.noInput.en}`])
  assert.deepEqual(last([...silent, promptEnds]).told, ['disconnect: noInput'])
  const toSales = attendant({ noInput: { kind: 'queue', queueId: ids.salesQueue } })
  assert.deepEqual(last(silent, [toSales, salesQueue()]).told, ['menu: none', 'play: Welcome to sales.'])
})

test('an announcement in between starts the count of attempts again', () => {
  const { run: end } = last([connected, staySilent, press('3'), staySilent])
  assert.equal(end.state, 'menu')
})

test('keys interrupt the prompts, unless the caller is made to listen', () => {
  const interrupts = (application: VoiceApplication) =>
    run([connected], [application]).commands.find(command => command.kind === 'recognize')?.interruptPrompt
  assert.equal(interrupts(attendant()), true)
  assert.equal(interrupts(attendant({ forceListen: true })), false)
})

test('a click chooses at once and stops the prompt', () => {
  const click: ScriptLine = at => ({
    kind: 'choice',
    tone: '2',
    menuId: at.state === 'menu' ? at.menuId : 'none',
  })
  assert.deepEqual(last([connected, click]).told, [
    'cancelAllMediaOperations',
    'menu: none',
    'enqueue',
    'startMusic',
  ])
})

test('a click on a menu that is gone, or on no choice of it, does nothing', () => {
  assert.deepEqual(last([connected, { kind: 'choice', tone: '1', menuId: 'menu-0' }]).told, [])
  assert.deepEqual(last([connected, { kind: 'choice', tone: '8' }]).told, [])
})

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
