import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Policy, Principal } from '../../platform/index.ts'
import { mayCheckNumbers, mayManageLines, mayManageNumbers, mayReadNumbers } from './telephony.policy.ts'

const rows: [name: string, policy: Policy<null>, roles: StaffRole[]][] = [
  ['manage trunks, desk phones and outbound rules', mayManageLines, ['administrator']],
  ['manage numbers', mayManageNumbers, ['administrator', 'designer']],
  ['read numbers', mayReadNumbers, ['administrator', 'designer', 'manager']],
  ['check numbers', mayCheckNumbers, ['administrator', 'manager', 'agent', 'expert']],
]

describe('telephony policies', () => {
  for (const [name, policy, roles] of rows) {
    it(`${name}: ${roles.join(', ')}`, () => {
      const allowed = StaffRole.options.filter(role =>
        policy({ kind: 'staff', roles: [role] } as unknown as Principal, null),
      )
      assert.deepEqual(allowed, roles)
      assert.equal(policy({ kind: 'visitor' } as Principal, null), false)
    })
  }
})
