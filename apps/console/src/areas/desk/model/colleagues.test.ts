import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Colleague } from '@guichet/contract'
import { colleaguesHere } from './colleagues.ts'

const person = (name: string, presence: string, activity = 'idle') =>
  ({ id: name, party: { rawId: name, displayName: name }, presence, activity }) as unknown as Colleague

test('who is free comes first, who is away last, oneself never; who is offline is counted', () => {
  const { here, offline } = colleaguesHere(
    [
      person('Zoé', 'available'),
      person('Me', 'available'),
      person('Ann', 'away'),
      person('Eve', 'available', 'inCall'),
      person('Bob', 'offline'),
      person('Dan', 'offline', 'wrapUp'),
      person('Cy', 'available'),
    ],
    'Me',
  )
  assert.deepEqual(
    here.map(({ party }) => party.displayName),
    ['Cy', 'Zoé', 'Dan', 'Eve', 'Ann'],
  )
  assert.equal(offline, 1)
})
