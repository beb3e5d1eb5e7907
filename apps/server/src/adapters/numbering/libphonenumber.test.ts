import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNumberPlan } from './libphonenumber.adapter.ts'

const plan = createNumberPlan()
const rows: [typed: string, country: string, read: [string, string | null, string] | null][] = [
  ['01 23 45 67 89', 'FR', ['+33123456789', 'FR', 'fixed']],
  ['+33 6 12 34 56 78', 'DE', ['+33612345678', 'FR', 'mobile']],
  ['0033612345678', 'FR', ['+33612345678', 'FR', 'mobile']],
  ['0899 12 34 56', 'FR', ['+33899123456', 'FR', 'premium']],
  ['0800 123 456', 'FR', ['+33800123456', 'FR', 'tollFree']],
  ['(415) 555-2671', 'US', ['+14155552671', 'US', 'fixed']],
  ['+1 900 555 1234', 'FR', ['+19005551234', 'US', 'premium']],
  ['+870 773 111 632', 'FR', ['+870773111632', null, 'satellite']],
  ['+882 16 1234 5678', 'FR', ['+8821612345678', null, 'satellite']],
  ['+44 7400 123456', 'FR', ['+447400123456', 'GB', 'mobile']],
  ['12', 'FR', null],
  ['call me', 'FR', null],
  ['+999123456789', 'FR', null],
  ['01 23 45 67 89 ext. 12', 'FR', null],
  ['0123456789', 'XX', null],
  ['', 'FR', null],
]
for (const [typed, country, read] of rows) {
  test(`"${typed}" in ${country}`, () => {
    const found = plan.read(typed, country)
    assert.deepEqual(found && [found.e164, found.country, found.kind], read)
  })
}
