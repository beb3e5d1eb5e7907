import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StaffRole } from '@guichet/contract'
import type { Principal } from '../../platform/index.ts'
import { isSameHost } from './origin.ts'
import { mayChangeAccess, mayListStaff, mayManageStaff } from './staff.policy.ts'

const staff = (...roles: StaffRole[]) => ({ kind: 'staff', workerId: 'me', roles }) as unknown as Principal
const visitor = { kind: 'visitor' } as Principal
const allowedRoles = (may: (principal: Principal) => boolean) =>
  StaffRole.options.filter(role => may(staff(role)))

describe('staff policies', () => {
  it('list: administrators, designers, managers', () => {
    assert.deepEqual(
      allowedRoles(principal => mayListStaff(principal, null)),
      ['administrator', 'designer', 'manager'],
    )
    assert.equal(mayListStaff(visitor, null), false)
  })
  it('manage: administrators', () => {
    assert.deepEqual(
      allowedRoles(principal => mayManageStaff(principal, null)),
      ['administrator'],
    )
    assert.equal(mayManageStaff(visitor, null), false)
  })
  it('change access: administrators, and of themselves only while they stay one', () => {
    const other = { workerId: 'other', staysAdministrator: false }
    assert.deepEqual(
      allowedRoles(principal => mayChangeAccess(principal, other)),
      ['administrator'],
    )
    assert.equal(
      mayChangeAccess(staff('administrator'), { workerId: 'me', staysAdministrator: false }),
      false,
    )
    assert.equal(mayChangeAccess(staff('administrator'), { workerId: 'me', staysAdministrator: true }), true)
    assert.equal(mayChangeAccess(visitor, other), false)
  })
})

describe('same host', () => {
  const rows: [origin: string, host: string, same: boolean][] = [
    ['http://localhost:8080', 'localhost:8080', true],
    ['https://cc.example', 'cc.example', true],
    ['https://cc.example:443', 'cc.example', true],
    ['http://localhost:8081', 'localhost:8080', false],
    ['https://evil.example', 'cc.example', false],
    ['https://cc.example.evil.example', 'cc.example', false],
    ['null', 'null', false],
    ['file://cc.example', 'cc.example', false],
    ['', '', false],
    ['http://', '', false],
  ]
  for (const [origin, host, same] of rows)
    it(`${origin || 'no origin'} at ${host || 'no host'}: ${same}`, () =>
      assert.equal(isSameHost(origin, host), same))
  it('knows the address people use', () => {
    assert.equal(isSameHost('https://cc.example', '10.0.0.1:8080', 'https://cc.example/'), true)
    assert.equal(isSameHost('https://evil.example', '10.0.0.1:8080', 'https://cc.example/'), false)
    assert.equal(isSameHost('http://cc.example', 'cc.example', 'https://cc.example/'), false)
    assert.equal(isSameHost('http://localhost:8080', 'localhost:8080', 'https://cc.example/'), true)
  })
})
