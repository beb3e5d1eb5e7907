import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ActiveCallSnapshot } from '@guichet/softphone'
import { adviceFor, browserKind, describeCall } from './call.view.ts'
import { en } from './call.words.en.ts'
import { fr } from './call.words.fr.ts'

const me = '8:acs:guichet_me'
const participant = (rawId: string, role: string, change: object = {}) => ({
  rawId,
  displayName: role === 'agent' ? 'Camille' : 'Me',
  role,
  state: 'connected',
  isMuted: false,
  isOnHold: false,
  camera: false,
  screen: false,
  ...change,
})
const baseCall = {
  state: 'connected',
  participants: [participant(me, 'consumer')],
  menu: null,
  waiting: null,
  answeredAt: null,
  endedAt: null,
  endReason: null,
}
const withAgent = {
  ...baseCall,
  answeredAt: '2026-01-01T10:00:00Z',
  participants: [participant(me, 'consumer'), participant('8:acs:guichet_c', 'agent')],
}

function snapshot(phone: object, call: object | null, problem: object | null = null): ActiveCallSnapshot {
  return {
    phone: { state: 'connected', problem: null, ...phone },
    call,
    problem,
  } as unknown as ActiveCallSnapshot
}

describe('the call’s screen', () => {
  const waiting = { queueName: 'x', position: 2, expectedWaitMs: 170_000, since: '2026-01-01T10:00:00Z' }
  const cases: [string, ActiveCallSnapshot, string, string][] = [
    ['asking', snapshot({ state: 'preparing' }, null), 'asking', 'Asking for your microphone…'],
    ['offer sent', snapshot({ state: 'prepared' }, null), 'connecting', 'Connecting…'],
    ['joining', snapshot({ state: 'connecting' }, baseCall), 'connecting', 'Connecting…'],
    ['greeting', snapshot({}, baseCall), 'connecting', 'Connected'],
    ['menu', snapshot({}, { ...baseCall, menu: [{ tone: '1', label: 'x' }] }), 'menu', 'Please choose'],
    ['queue', snapshot({}, { ...baseCall, waiting }), 'waiting', 'You are number 2'],
    ['talking', snapshot({}, withAgent), 'talking', 'In call with Camille'],
    [
      'ringing agent is not yet a person',
      snapshot(
        {},
        {
          ...baseCall,
          waiting,
          participants: [participant('8:acs:guichet_c', 'agent', { state: 'ringing' })],
        },
      ),
      'waiting',
      'You are number 2',
    ],
    [
      'on hold',
      snapshot(
        {},
        {
          ...withAgent,
          participants: [participant(me, 'consumer', { isOnHold: true }), withAgent.participants[1]],
        },
      ),
      'hold',
      'On hold',
    ],
    ['lost path', snapshot({ state: 'reconnecting' }, withAgent), 'reconnecting', 'Reconnecting…'],
    [
      'ended by server',
      snapshot({ state: 'ended' }, { ...withAgent, state: 'disconnected', endReason: 'remoteHungUp' }),
      'ended',
      'Call ended',
    ],
    ['hung up', snapshot({ state: 'ended' }, withAgent), 'ended', 'Call ended'],
    [
      'refused microphone',
      snapshot({ state: 'idle', problem: { code: 'permissionDenied' } }, null),
      'failed',
      en.problem.permissionDenied,
    ],
    [
      'refused by server',
      snapshot({ state: 'ended' }, null, { code: 'media-unavailable' }),
      'failed',
      en.server['media-unavailable'] as string,
    ],
  ]
  for (const [name, told, kind, title] of cases) {
    it(name, () => {
      const screen = describeCall(told, me, en)
      assert.equal(screen.kind, kind)
      assert.equal(screen.title, title)
    })
  }

  it('tells place, time and music while waiting', () => {
    assert.equal(
      describeCall(snapshot({}, { ...baseCall, waiting }), me, en).hint,
      'About 3 min. Music plays while you wait.',
    )
  })

  it('writes what is being said while nobody else speaks', () => {
    const announcement = 'The connection was lost for a moment.'
    const told = (call: object) => describeCall(snapshot({}, { ...call, announcement }), me, en)
    const queued = told({ ...baseCall, waiting })
    assert.equal(queued.said, announcement)
    assert.equal(queued.title, 'You are number 2')
    const held = { participants: [participant(me, 'consumer', { isOnHold: true })] }
    for (const call of [withAgent, baseCall, { ...baseCall, ...held }, { ...baseCall, menu: [] }])
      assert.equal(told(call).said, announcement)
    assert.equal(told({ ...baseCall, endReason: 'hungUp' }).said, '')
    assert.equal(told(baseCall).hint, '')
  })

  it('has words for a lost connection, a poor one and a transfer', () => {
    const lost = describeCall(snapshot({ state: 'reconnecting' }, withAgent), me, en)
    assert.equal(lost.hint, en.state.reconnectingHint)
    const poor = describeCall(snapshot({ quality: { rating: 'poor' } }, withAgent), me, en)
    assert.deepEqual([poor.title, poor.hint], ['In call with Camille', en.state.poor])
    const transfer = describeCall(snapshot({}, { ...withAgent, state: 'transferring' }), me, fr)
    assert.equal(transfer.title, 'Nous vous mettons en relation…')
    const rung = [participant(me, 'consumer'), participant('8:acs:guichet_c', 'agent', { state: 'ringing' })]
    assert.equal(describeCall(snapshot({}, { ...baseCall, participants: rung }), me, en).title, 'Ringing…')
  })

  it('counts from the answer, while there is a person', () => {
    assert.equal(
      describeCall(snapshot({}, withAgent), me, en).talkingSince,
      Date.parse('2026-01-01T10:00:00Z'),
    )
    assert.equal(describeCall(snapshot({}, baseCall), me, en).talkingSince, null)
  })
})

describe('advice', () => {
  it('knows the browser', () => {
    for (const [agent, kind] of [
      ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36', 'chrome'],
      ['Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/150.0', 'firefox'],
      ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/20.0 Safari/605.1.15', 'safari'],
      ['Mozilla/5.0 (iPhone; CPU iPhone OS 20_0) AppleWebKit/605 Safari/604', 'ios'],
      ['Mozilla/5.0 (Linux; Android 17) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36', 'android'],
    ] as const) {
      assert.equal(browserKind(agent), kind)
    }
  })

  it('says what to do where something can be done', () => {
    assert.equal(adviceFor('permissionDenied', 'firefox', en), en.advice.firefox)
    assert.equal(adviceFor('noMicrophone', 'chrome', fr), fr.advice.plug)
    assert.equal(adviceFor('unsupported', 'chrome', en), '')
  })
})

describe('words of the call', () => {
  it('speak of the same things in both languages', () => {
    const keys = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object' ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
      )
    assert.deepEqual(keys(fr), keys(en))
  })
})
