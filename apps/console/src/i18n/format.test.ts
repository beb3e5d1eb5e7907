import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, formatClock, formatDay, formatDuration, formatMoment, formatShare } from './format.ts'

/** Intl writes several kinds of space; what matters here is the words. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test('a stopwatch counts down to zero and up to hours', () => {
  const cases: [number, string][] = [
    [-5000, '0:00'],
    [0, '0:00'],
    [7_999, '0:07'],
    [60_000, '1:00'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
  ]
  for (const [ms, text] of cases) assert.equal(formatClock(ms), text)
})

test('a duration takes its largest useful units, in the language', () => {
  assert.equal(formatDuration('en', 8_400), '8 sec')
  assert.equal(plain(formatDuration('fr', 8_400)), '8 s')
  assert.equal(formatDuration('en', 59_600), '1 min')
  assert.equal(formatDuration('en', 65 * 60_000), '1 hr 5 min')
  assert.equal(formatDuration('en', 2 * 3_600_000), '2 hr')
  assert.equal(plain(formatDuration('fr', 50 * 3_600_000)), '2 j')
})

test('today needs no date; other days do, and other years say so', () => {
  const now = new Date(2026, 10, 22, 15, 0).getTime()
  assert.equal(formatDay('en', new Date(2026, 10, 22, 1, 0).getTime(), now), '')
  assert.equal(formatDay('en', new Date(2026, 10, 20, 9, 30).getTime(), now), 'Fri, Nov 20')
  assert.match(formatDay('fr', new Date(2025, 10, 20, 9, 30).getTime(), now), /2025/)
  assert.equal(plain(formatMoment('en', new Date(2026, 10, 22, 9, 5).getTime(), now)), '9:05 AM')
  assert.equal(formatMoment('fr', new Date(2026, 10, 20, 9, 5).getTime(), now), 'ven. 20 nov. 09:05')
})

test('sizes and shares are written by locale', () => {
  assert.equal(formatBytes('en', 900), '900 byte')
  assert.equal(formatBytes('en', 1_440_000), '1.4 MB')
  assert.equal(plain(formatBytes('fr', 1_440_000)), '1,4 Mo')
  assert.equal(plain(formatShare('fr', 0.824)), '82 %')
})
