import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Calendar } from './calendar.ts'
import { nextChangeAt, openingAt, openMsBetween } from './opening.ts'

const hourMs = 3_600_000
const at = (text: string) => Date.parse(text)
const shop = [
  { from: '09:00', to: '12:00' },
  { from: '14:00', to: '18:00' },
]
const allDay = [{ from: '00:00', to: '24:00' }]

const paris = Calendar.parse({
  timeZone: 'Europe/Paris',
  weekly: { monday: shop, tuesday: shop, wednesday: shop, thursday: shop, friday: shop, saturday: [shop[0]] },
  holidays: [
    { name: 'Christmas week', from: '2026-12-21', to: '2026-12-27', hours: [{ from: '10:00', to: '12:00' }] },
    { name: 'Christmas', from: '2026-12-25', to: '2026-12-25' },
  ],
})

const always = (timeZone: string, from = '00:00', to = '24:00') =>
  Calendar.parse({
    timeZone,
    weekly: Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map(day => [
        day,
        [{ from, to }],
      ]),
    ),
  })

describe('a calendar is open', () => {
  const cases: [string, string, boolean, string | null][] = [
    ['at the first minute', '2026-11-23T09:00:00+01:00', true, null],
    ['not a millisecond before', '2026-11-23T08:59:59.999+01:00', false, null],
    ['to the last millisecond', '2026-11-23T11:59:59.999+01:00', true, null],
    ['not at the closing minute', '2026-11-23T12:00:00+01:00', false, null],
    ['in the afternoon', '2026-11-23T17:00:00+01:00', true, null],
    ['on the local Saturday morning', '2026-11-28T11:00:00+01:00', true, null],
    ['not on the local Saturday afternoon', '2026-11-28T15:00:00+01:00', false, null],
    ['not on a day without hours', '2026-11-29T10:00:00+01:00', false, null],
    ['in summer by the summer clock', '2026-07-06T09:00:00+02:00', true, null],
    ['by a holiday’s hours', '2026-12-22T10:30:00+01:00', true, 'Christmas week'],
    ['not outside a holiday’s hours', '2026-12-22T15:00:00+01:00', false, 'Christmas week'],
    ['not when a shorter holiday closes it', '2026-12-25T10:30:00+01:00', false, 'Christmas'],
    ['on the last day of a holiday', '2026-12-27T11:59:00+01:00', true, 'Christmas week'],
    ['as usual on the day after', '2026-12-28T17:00:00+01:00', true, null],
  ]
  for (const [name, instant, isOpen, holiday] of cases) {
    it(name, () => assert.deepEqual(openingAt(paris, at(instant)), { isOpen, holiday }))
  }

  it('by the day of its own zone, on either side of the date line', () => {
    const monday = { monday: allDay }
    const kiritimati = Calendar.parse({ timeZone: 'Pacific/Kiritimati', weekly: monday })
    const pagoPago = Calendar.parse({ timeZone: 'Pacific/Pago_Pago', weekly: monday })
    const instant = at('2026-11-23T10:30:00Z')
    assert.equal(openingAt(kiritimati, instant).isOpen, false)
    assert.equal(openingAt(kiritimati, at('2026-11-22T10:00:00Z')).isOpen, true)
    assert.equal(openingAt(pagoPago, instant).isOpen, false)
    assert.equal(openingAt(pagoPago, at('2026-11-23T11:00:00Z')).isOpen, true)
  })
})

describe('the next change', () => {
  const cases: [string, string, string][] = [
    ['is the end of the morning', '2026-11-23T10:00:00+01:00', '2026-11-23T12:00:00+01:00'],
    ['is the start of the afternoon', '2026-11-23T12:00:00+01:00', '2026-11-23T14:00:00+01:00'],
    ['skips a closed Sunday', '2026-11-28T12:00:00+01:00', '2026-11-30T09:00:00+01:00'],
    ['skips a closed holiday', '2026-12-24T12:00:00+01:00', '2026-12-26T10:00:00+01:00'],
  ]
  for (const [name, from, expected] of cases) {
    it(name, () => assert.equal(nextChangeAt(paris, at(from)), at(expected)))
  }

  it('is none when it never closes, or never opens', () => {
    assert.equal(nextChangeAt(always('Europe/Paris'), at('2026-11-23T10:00:00Z')), null)
    assert.equal(nextChangeAt(Calendar.parse({ timeZone: 'UTC', weekly: {} }), 0), null)
  })

  it('joins ranges that touch over midnight', () => {
    const calendar = Calendar.parse({
      timeZone: 'Europe/Paris',
      weekly: { friday: [{ from: '20:00', to: '24:00' }], saturday: [{ from: '00:00', to: '03:00' }] },
    })
    assert.equal(nextChangeAt(calendar, at('2026-11-27T21:00:00+01:00')), at('2026-11-28T03:00:00+01:00'))
    assert.equal(nextChangeAt(calendar, at('2026-11-28T01:00:00+01:00')), at('2026-11-28T03:00:00+01:00'))
  })

  it('always lands on a change: just before and just after differ', () => {
    let instant = at('2026-01-01T00:00:00Z')
    for (let step = 0; step < 700; step += 1) {
      const next = nextChangeAt(paris, instant)
      assert.ok(next !== null && next > instant)
      assert.notEqual(openingAt(paris, next - 1).isOpen, openingAt(paris, next).isOpen)
      assert.equal(openingAt(paris, next - 1).isOpen, openingAt(paris, instant).isOpen)
      instant = next
    }
  })
})

describe('when clocks change', () => {
  it('an hour shown twice is open both times', () => {
    const calendar = always('Europe/Paris', '01:00', '02:30')
    const opens = at('2026-10-25T01:00:00+02:00')
    assert.equal(nextChangeAt(calendar, opens), at('2026-10-25T02:30:00+01:00'))
  })

  it('an hour that is skipped is not open', () => {
    const calendar = always('Europe/Paris', '02:15', '02:45')
    assert.equal(openMsBetween(calendar, at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z')), 0)
    const across = always('Europe/Paris', '01:30', '02:30')
    assert.equal(nextChangeAt(across, at('2026-03-29T01:30:00+01:00')), at('2026-03-29T03:00:00+02:00'))
  })

  it('a day has 23 or 25 hours', () => {
    const calendar = always('Europe/Paris')
    const hours = (from: string, to: string) => openMsBetween(calendar, at(from), at(to)) / hourMs
    assert.equal(hours('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'), 23)
    assert.equal(hours('2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00'), 25)
  })

  it('midnight itself may be skipped', () => {
    const calendar = always('America/Santiago')
    const day = at('2026-09-06T12:00:00Z')
    assert.equal(openingAt(calendar, day).isOpen, true)
    assert.equal(nextChangeAt(calendar, day), null)
  })
})

describe('open time', () => {
  it('counts only open hours', () => {
    const from = at('2026-11-27T17:00:00+01:00')
    assert.equal(openMsBetween(paris, from, at('2026-11-30T10:00:00+01:00')), 5 * hourMs)
    assert.equal(openMsBetween(paris, from, from), 0)
    assert.equal(openMsBetween(paris, from, from - hourMs), 0)
  })

  it('adds up over any division', () => {
    const from = at('2026-03-20T00:00:00Z')
    const to = at('2026-04-05T00:00:00Z')
    let sum = 0
    for (let instant = from; instant < to; instant += 7 * hourMs) {
      sum += openMsBetween(paris, instant, Math.min(to, instant + 7 * hourMs))
    }
    assert.equal(sum, openMsBetween(paris, from, to))
  })
})

describe('a calendar is refused', () => {
  const cases: [string, unknown][] = [
    ['with an unknown zone', { timeZone: 'Europe/Lutetia', weekly: {} }],
    [
      'with hours that end before they start',
      { timeZone: 'UTC', weekly: { monday: [{ from: '18:00', to: '09:00' }] } },
    ],
    ['with a time that is none', { timeZone: 'UTC', weekly: { monday: [{ from: '09:00', to: '25:00' }] } }],
    [
      'with ranges that overlap',
      {
        timeZone: 'UTC',
        weekly: {
          monday: [
            { from: '09:00', to: '12:00' },
            { from: '11:00', to: '13:00' },
          ],
        },
      },
    ],
    ['with a day that is none', { timeZone: 'UTC', weekly: { someday: [] } }],
    [
      'with a date that is none',
      { timeZone: 'UTC', weekly: {}, holidays: [{ name: 'x', from: '2026-02-30', to: '2026-03-01' }] },
    ],
    [
      'with a holiday that ends before it starts',
      { timeZone: 'UTC', weekly: {}, holidays: [{ name: 'x', from: '2026-02-03', to: '2026-02-01' }] },
    ],
  ]
  for (const [name, given] of cases) {
    it(name, () => assert.equal(Calendar.safeParse(given).success, false))
  }
})
