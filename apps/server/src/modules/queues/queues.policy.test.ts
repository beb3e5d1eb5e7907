import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Policy, Principal } from '../../platform/index.ts'
import { mayReadQueues, mayWriteQueues } from './queues.policy.ts'

const rows: [name: string, policy: Policy<null>, roles: StaffRole[]][] = [
  ['change queues', mayWriteQueues, ['administrator', 'designer', 'manager']],
]

describe('queue policies', () => {
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

  it('see queues: everybody on the staff, no visitor', () => {
    for (const role of StaffRole.options) {
      assert.equal(mayReadQueues({ kind: 'staff', roles: [role] } as unknown as Principal, null), true)
    }
    assert.equal(mayReadQueues({ kind: 'visitor' } as Principal, null), false)
  })
})
