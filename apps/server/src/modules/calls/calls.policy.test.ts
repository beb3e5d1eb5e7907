import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { ConversationId } from '@guichet/domain'
import type { Policy, Principal } from '../../platform/index.ts'
import { mayHold, mayPrepareCall, mayStartCall } from './calls.policy.ts'

const rows: [name: string, policy: Policy<null>, roles: StaffRole[]][] = [
  ['hold a call', mayHold, ['administrator', 'manager', 'agent', 'expert']],
  ['prepare for a call', mayPrepareCall, ['administrator', 'manager', 'agent', 'expert']],
]

describe('call policies', () => {
  for (const [name, policy, roles] of rows) {
    it(`${name}: ${roles.join(', ')}`, () => {
      const allowed = StaffRole.options.filter(role =>
        policy({ kind: 'staff', roles: [role] } as unknown as Principal, null),
      )
      assert.deepEqual(allowed, roles)
      assert.equal(policy({ kind: 'visitor' } as Principal, null), false)
      assert.equal(policy({ kind: 'staff', roles: [] } as unknown as Principal, null), false)
    })
  }

  it('start a call: a visitor, from their own conversation only', () => {
    const own = 'own' as ConversationId
    const visitor = { kind: 'visitor', conversationId: own } as Principal
    assert.equal(mayStartCall(visitor, { conversationId: own }), true)
    assert.equal(mayStartCall(visitor, { conversationId: 'other' as ConversationId }), false)
    const staff = { kind: 'staff', roles: [...StaffRole.options] } as unknown as Principal
    assert.equal(mayStartCall(staff, { conversationId: own }), false)
  })
})
