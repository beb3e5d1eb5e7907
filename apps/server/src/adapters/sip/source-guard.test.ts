import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Clock, Log } from '../../platform/index.ts'
import { createSourceGuard } from './source-guard.ts'

function createGuard() {
  const time = { now: 1_000_000 }
  const lines: object[] = []
  const clock = { now: () => time.now } as Clock
  const log = { warn: (fields: object, text: string) => lines.push({ ...fields, text }) } as unknown as Log
  const guard = createSourceGuard({ phoneNetworks: ['10.0.0.0/8', 'fd00::/8'], clock, log })
  return { guard, time, lines }
}

describe('who may send SIP to us', () => {
  it('trunks and phones by their addresses, and nobody else', () => {
    const { guard } = createGuard()
    guard.setTrunks(new Map([['192.0.2.1', 'carrier']]))
    assert.deepEqual(guard.kindOf('192.0.2.1'), { kind: 'trunk', trunkId: 'carrier' })
    assert.deepEqual(guard.kindOf('10.1.2.3'), { kind: 'phones' })
    assert.deepEqual(guard.kindOf('fd00::7'), { kind: 'phones' })
    for (const stranger of ['192.0.2.2', '11.0.0.1', '2001:db8::1', '', 'not an address']) {
      assert.deepEqual(guard.kindOf(stranger), { kind: 'stranger' }, stranger)
      assert.equal(guard.admits(stranger), false)
    }
    guard.setTrunks(new Map())
    assert.equal(guard.admits('192.0.2.1'), false, 'a trunk that was removed is a stranger')
  })

  it('a source that tries many users is banned for a while, with lines that a filter can find', () => {
    const { guard, time, lines } = createGuard()
    for (const user of ['100', '101', '102', '103']) guard.failed('10.0.0.9', user)
    assert.equal(guard.admits('10.0.0.9'), true)
    guard.failed('10.0.0.9', '104')
    assert.equal(guard.admits('10.0.0.9'), false)
    assert.equal(guard.admits('10.0.0.8'), true)
    assert.deepEqual(lines.at(-2), { sipSource: '10.0.0.9', failures: 1, text: 'SIP authentication failed' })
    assert.deepEqual(lines.at(-1), { sipSource: '10.0.0.9', banMs: 600_000, text: 'SIP source banned' })
    time.now += 600_001
    assert.equal(guard.admits('10.0.0.9'), true)
  })

  it('a phone that keeps its wrong password is locked out, and nobody else behind its address', () => {
    const { guard, time } = createGuard()
    for (let i = 0; i < 7; i++) guard.failed('10.0.0.9', 'phone1')
    assert.equal(guard.isLockedOut('10.0.0.9', 'phone1'), false)
    guard.failed('10.0.0.9', 'phone1')
    assert.equal(guard.isLockedOut('10.0.0.9', 'phone1'), true)
    assert.equal(guard.isLockedOut('10.0.0.9', 'phone2'), false)
    assert.equal(guard.isLockedOut('10.0.0.8', 'phone1'), false)
    assert.equal(guard.admits('10.0.0.9'), true)
    time.now += 600_001
    assert.equal(guard.isLockedOut('10.0.0.9', 'phone1'), false)
  })

  it('failures far apart are mistakes, not an attack', () => {
    const { guard, time } = createGuard()
    for (let i = 0; i < 20; i++) {
      guard.failed('10.0.0.9', `${100 + i}`)
      guard.failed('10.0.0.9', 'phone1')
      time.now += 250_000
    }
    assert.equal(guard.admits('10.0.0.9'), true)
    assert.equal(guard.isLockedOut('10.0.0.9', 'phone1'), false)
  })

  it('a flood is cut to what a phone may need, and others do not notice', () => {
    const { guard, time } = createGuard()
    let admitted = 0
    for (let i = 0; i < 100_000; i++) if (guard.admits('10.0.0.9')) admitted++
    assert.equal(admitted, 10_000)
    assert.equal(guard.admits('10.0.0.8'), true)
    time.now += 100
    for (let i = 0; i < 1_000; i++) if (guard.admits('10.0.0.9')) admitted++
    assert.equal(admitted, 10_500)
  })
})
