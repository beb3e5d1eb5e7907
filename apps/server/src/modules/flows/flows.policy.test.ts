import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Policy, Principal } from '../../platform/index.ts'
import { mayReadApplications, mayWriteApplications } from './flows.policy.ts'

const rows: [name: string, policy: Policy<null>, roles: StaffRole[]][] = [
  ['see voice applications', mayReadApplications, ['administrator', 'designer', 'manager']],
  ['change voice applications', mayWriteApplications, ['administrator', 'designer']],
]

describe('voice application policies', () => {
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
})
