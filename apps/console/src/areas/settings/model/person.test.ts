import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StaffMember } from '@guichet/contract'
import { findPeople, mistakesOf, type PersonDraft } from './person.ts'

const right: PersonDraft = {
  displayName: 'Zoé',
  email: 'zoe@example.org',
  password: 'twelve chars',
  roles: ['agent'],
  locale: 'fr',
}

test('somebody new needs a name, an address, a password and a role', () => {
  assert.deepEqual(mistakesOf(right, true), [])
  assert.deepEqual(
    mistakesOf({ ...right, displayName: ' ', email: 'zoe', password: 'short', roles: [] }, true),
    ['nameMissing', 'emailWrong', 'passwordShort', 'rolesMissing'],
  )
})

test('somebody known keeps their address and password', () =>
  assert.deepEqual(mistakesOf({ ...right, email: '', password: '' }, false), []))

test('people are found by name or address; those who may not sign in come last', () => {
  const person = (displayName: string, email: string, disabled = false) =>
    ({ party: { displayName }, email, disabled }) as StaffMember
  const all = [
    person('Zoé', 'z@example.org'),
    person('Ada', 'ada@example.org', true),
    person('Bob', 'b@zoo.example'),
  ]
  assert.deepEqual(
    findPeople(all, 'zo').map(each => each.party.displayName),
    ['Bob', 'Zoé'],
  )
  assert.deepEqual(
    findPeople(all, '').map(each => each.party.displayName),
    ['Bob', 'Zoé', 'Ada'],
  )
})
