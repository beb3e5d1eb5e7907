import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Policy, Principal } from '../../platform/index.ts'
import { mayPreviewPrompts, mayReadPrompts, mayWritePrompts } from './prompts.policy.ts'

const rows: [name: string, policy: Policy<null>, roles: StaffRole[]][] = [
  ['hear sounds', mayReadPrompts, ['administrator', 'designer', 'manager']],
  ['change sounds', mayWritePrompts, ['administrator', 'designer']],
  ['hear words spoken', mayPreviewPrompts, ['administrator', 'designer']],
]

describe('prompt policies', () => {
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
