import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Principal } from '../../platform/index.ts'
import { mayChangeMessage, mayRead, maySend } from './chat.policy.ts'
import type { ThreadEntry } from './thread.repository.ts'

const staff = (rawId: string, ...roles: StaffRole[]) =>
  ({ kind: 'staff', rawId, roles }) as unknown as Principal
const visitor = (rawId: string, threadId: string) =>
  ({ kind: 'visitor', rawId, threadId }) as unknown as Principal
const thread = {
  id: 'here',
  participants: new Map([
    ['zoe', { left: false }],
    ['ann', { left: false }],
    ['bob', { left: true }],
  ]),
} as unknown as ThreadEntry

describe('chat policies', () => {
  it('send: who is in the thread, a visitor with the token of this one', () => {
    assert.equal(maySend(visitor('zoe', 'here'), thread), true)
    assert.equal(maySend(visitor('zoe', 'elsewhere'), thread), false)
    assert.equal(maySend(visitor('eve', 'here'), thread), false)
    assert.equal(maySend(staff('ann', 'agent'), thread), true)
    assert.equal(maySend(staff('bob', 'agent'), thread), false)
    assert.equal(maySend(staff('max', ...StaffRole.options), thread), false)
  })
  it('change a message: its sender, while in the thread', () => {
    assert.equal(mayChangeMessage(visitor('zoe', 'here'), { thread, senderRawId: 'zoe' }), true)
    assert.equal(mayChangeMessage(visitor('zoe', 'elsewhere'), { thread, senderRawId: 'zoe' }), false)
    assert.equal(mayChangeMessage(staff('ann', 'administrator'), { thread, senderRawId: 'zoe' }), false)
    assert.equal(mayChangeMessage(staff('bob', 'agent'), { thread, senderRawId: 'bob' }), false)
  })
  it('read: who is or was in the thread, managers, administrators, and who serves the contact', () => {
    const outside = { thread, servesContact: false }
    assert.equal(mayRead(visitor('zoe', 'here'), outside), true)
    assert.equal(mayRead(visitor('zoe', 'elsewhere'), outside), false)
    assert.equal(mayRead(visitor('eve', 'here'), { thread, servesContact: true }), false)
    assert.equal(mayRead(staff('bob', 'agent'), outside), true)
    const readers = (servesContact: boolean) =>
      StaffRole.options.filter(role => mayRead(staff('max', role), { thread, servesContact }))
    assert.deepEqual(readers(false), ['administrator', 'manager'])
    assert.deepEqual(readers(true), ['administrator', 'manager', 'agent', 'expert'])
  })
})
