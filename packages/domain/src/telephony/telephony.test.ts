import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  centsPerMinuteTo,
  closedRules,
  costOf,
  type Destination,
  decideDestination,
  decideOutbound,
  E164,
  isNightAlarm,
  lineKinds,
  moneyRunsOutAt,
  nightBeganAt,
  type OutboundRules,
  orderTrunks,
  OutboundRules as Rules,
  usageOf,
} from './index.ts'

const minuteMs = 60_000
const at = (text: string) => Date.parse(text)
const open: OutboundRules = Rules.parse({ ...closedRules, isOpen: true, allowedCountries: ['FR'] })
const to = (e164: string, rest: Partial<Destination> = {}): Destination => ({
  e164: E164.parse(e164),
  country: 'FR',
  kind: 'fixed',
  ...rest,
})
const unused = { callsLastMinute: 0, concurrentCalls: 0, spentCents: 0 }

describe('calls to the outside', () => {
  it('are closed until somebody opens them', () => {
    const decision = decideDestination(to('+33123456789'), closedRules)
    assert.deepEqual(decision, { isAllowed: false, refusal: { because: 'closed' } })
  })

  it('reach the countries that are allowed, and no other', () => {
    assert.deepEqual(decideDestination(to('+33123456789'), open), { isAllowed: true })
    assert.deepEqual(decideDestination(to('+4930123456', { country: 'DE' }), open), {
      isAllowed: false,
      refusal: { because: 'notAllowed', country: 'DE' },
    })
    assert.deepEqual(decideDestination(to('+87012345678', { country: null }), open), {
      isAllowed: false,
      refusal: { because: 'notAllowed', country: null },
    })
  })

  const neverCalled = ['premium', 'satellite', 'personal', 'unknown']
  for (const kind of lineKinds) {
    const isAllowed = !neverCalled.includes(kind)
    it(`${isAllowed ? 'may' : 'never'} reach a line of kind ${kind}, whatever the rules say`, () => {
      const rules = { ...open, allowedPrefixes: ['+33123456789'] }
      assert.equal(decideDestination(to('+33123456789', { kind }), rules).isAllowed, isAllowed)
    })
  }

  const prefixes: [string, string[], string[], string, boolean][] = [
    ['a refused prefix closes part of a country', [], ['+338'], '+33812345678', false],
    ['a longer allowance opens part of a refusal', ['+33812'], ['+338'], '+33812345678', true],
    ['of equal lengths the refusal counts', ['+338'], ['+338'], '+33812345678', false],
    ['an allowed prefix opens another country', ['+4930'], [], '+4930123456', true],
    ['a prefix is no part of a number that is shorter', ['+33123456789'], [], '+4912345', false],
  ]
  for (const [name, allowedPrefixes, refusedPrefixes, e164, isAllowed] of prefixes) {
    it(name, () => {
      const country = e164.startsWith('+33') ? 'FR' : 'DE'
      const decision = decideDestination(to(e164, { country }), { ...open, allowedPrefixes, refusedPrefixes })
      assert.equal(decision.isAllowed, isAllowed)
    })
  }

  const limits: [keyof OutboundRules['perUser'], Partial<typeof unused>][] = [
    ['concurrentCalls', { concurrentCalls: 1 }],
    ['callsPerMinute', { callsLastMinute: 6 }],
    ['spendPerDayCents', { spentCents: 2_000 }],
  ]
  for (const [limit, used] of limits) {
    it(`stop at the user's ${limit}, and at the trunk's`, () => {
      const full = { ...unused, ...used }
      assert.deepEqual(decideOutbound(to('+33123456789'), open, { user: full, trunk: unused }), {
        isAllowed: false,
        refusal: { because: 'userLimit', limit },
      })
      const rules = { ...open, perTrunk: open.perUser }
      assert.deepEqual(decideOutbound(to('+33123456789'), rules, { user: unused, trunk: full }), {
        isAllowed: false,
        refusal: { because: 'trunkLimit', limit },
      })
    })
  }

  it('go on just below every limit', () => {
    const user = { callsLastMinute: 5, concurrentCalls: 0, spentCents: 1_999 }
    assert.deepEqual(decideOutbound(to('+33123456789'), open, { user, trunk: unused }), { isAllowed: true })
  })
})

describe('what calls cost', () => {
  const now = at('2026-11-22T12:00:00Z')
  const call = { startedAt: now - minuteMs, answeredAt: now - 30_000, endedAt: null, centsPerMinute: 12 }

  it('counts every minute begun, and nothing before the answer', () => {
    assert.equal(costOf(call, now), 12)
    assert.equal(costOf({ ...call, answeredAt: now - 60_001 }, now), 24)
    assert.equal(costOf({ ...call, answeredAt: now - 600_000, endedAt: now - 540_000 }, now), 12)
    assert.equal(costOf({ ...call, answeredAt: null }, now), 0)
  })

  it('takes the rate of the longest prefix', () => {
    const rates = [
      { prefix: '+33', centsPerMinute: 2 },
      { prefix: '+336', centsPerMinute: 9 },
    ]
    const rules = { rates, defaultCentsPerMinute: 30 }
    assert.deepEqual(
      ['+33612345678', '+33112345678', '+4930123456'].map(e164 => centsPerMinuteTo(e164, rules)),
      [9, 2, 30],
    )
  })

  it('ends a call when its next minute would cost more than is left', () => {
    const answered = { answeredAt: now, centsPerMinute: 12 }
    assert.equal(moneyRunsOutAt(answered, 0, 30), now + 2 * minuteMs)
    assert.equal(moneyRunsOutAt(answered, 29, 30), now + minuteMs, 'a minute that was begun is paid')
    assert.equal(moneyRunsOutAt({ ...answered, centsPerMinute: 0 }, 99, 30), Number.POSITIVE_INFINITY)
    assert.equal(moneyRunsOutAt({ ...answered, answeredAt: null }, 0, 30), Number.POSITIVE_INFINITY)
  })

  it('adds up to what has been used', () => {
    const calls = [
      call,
      { ...call, startedAt: now - minuteMs + 1, answeredAt: null },
      { ...call, endedAt: now },
    ]
    assert.deepEqual(usageOf(calls, now), { callsLastMinute: 1, concurrentCalls: 2, spentCents: 24 })
  })
})

describe('the night', () => {
  const night = { timeZone: 'Europe/Paris', from: '22:00', to: '06:00', alarmAfterCalls: 2 }
  const cases: [string, string, string | null][] = [
    ['begins in the evening', '2026-11-22T22:00:00+01:00', '2026-11-22T22:00:00+01:00'],
    ['goes on past midnight', '2026-11-23T05:59:59+01:00', '2026-11-22T22:00:00+01:00'],
    ['ends in the morning', '2026-11-23T06:00:00+01:00', null],
    ['is not at noon', '2026-11-23T12:00:00+01:00', null],
    ['follows summer time', '2026-07-01T22:30:00+02:00', '2026-07-01T22:00:00+02:00'],
  ]
  for (const [name, now, began] of cases) {
    it(name, () => assert.equal(nightBeganAt(night, at(now)), began === null ? null : at(began)))
  }

  it('may lie within one day', () => {
    const siesta = { ...night, from: '13:00', to: '15:00' }
    assert.equal(nightBeganAt(siesta, at('2026-11-22T14:00:00+01:00')), at('2026-11-22T13:00:00+01:00'))
    assert.equal(nightBeganAt(siesta, at('2026-11-22T15:00:00+01:00')), null)
  })

  it('rings an alarm after the calls that it may have', () => {
    assert.deepEqual(
      [isNightAlarm(night, 2), isNightAlarm(night, 3), isNightAlarm(null, 9)],
      [false, true, false],
    )
  })
})

describe('the order of trunks', () => {
  const trunk = { isEnabled: true, priority: 1, isReachable: true as boolean | null, calls: 0, maxCalls: 10 }
  const order = (...trunks: ({ id: string } & Partial<typeof trunk>)[]) =>
    orderTrunks(trunks.map(one => ({ ...trunk, ...one }))).map(({ id }) => id)

  it('follows priority, then how full they are', () => {
    assert.deepEqual(order({ id: 'b', priority: 2 }, { id: 'a', calls: 5 }, { id: 'c' }), ['c', 'a', 'b'])
  })
  it('tries those that do not answer last, those never asked as usual', () => {
    assert.deepEqual(
      order({ id: 'dead', isReachable: false }, { id: 'new', isReachable: null, priority: 2 }),
      ['new', 'dead'],
    )
  })
  it('leaves out those that are full or switched off', () => {
    assert.deepEqual(order({ id: 'full', calls: 10 }, { id: 'off', isEnabled: false }), [])
  })
})
