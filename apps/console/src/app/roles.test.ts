import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StaffRole } from '@guichet/contract'
import { areasOf, startPage } from './roles.ts'

test('each role sees its areas and no other', () => {
  assert.deepEqual(areasOf(['agent']), ['desk', 'settings'])
  assert.deepEqual(areasOf(['expert']), ['desk', 'settings'])
  assert.deepEqual(areasOf(['manager']), ['supervise', 'design', 'settings'])
  assert.deepEqual(areasOf(['designer']), ['design', 'settings'])
  assert.deepEqual(areasOf(['administrator']), ['supervise', 'design', 'settings'])
  assert.deepEqual(areasOf([]), [])
})

test('the start page of every role lies in an area of that role', () => {
  for (const role of StaffRole.options) {
    const area = startPage([role]).split('/')[1]
    assert.ok((areasOf([role]) as string[]).includes(area ?? ''), role)
  }
})

test('who answers begins at the desk, whatever else they do', () => {
  assert.equal(startPage(['administrator', 'agent']), '/desk')
})
