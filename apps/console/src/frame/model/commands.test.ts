import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCommands } from './commands.ts'

const run = () => undefined
const list = [
  { id: 'desk', label: 'Aller à Bureau', group: 'Page', keywords: 'desk', run },
  { id: 'away', label: 'Présence : Absent', group: 'Présence', run },
  { id: 'queues', label: 'Aller à Files', group: 'Page', run },
  { id: 'bureau', label: 'Bureau des objets trouvés', group: 'Contact', run },
]
const found = (query: string, limit?: number) => findCommands(list, query, limit).map(command => command.id)

test('nothing typed shows all, in order', () =>
  assert.deepEqual(
    found(''),
    list.map(item => item.id),
  ))

test('words match by their beginnings, in any order, accents and case aside', () => {
  assert.deepEqual(found('presence abs'), ['away'])
  assert.deepEqual(found('FILES aller'), ['queues'])
  assert.deepEqual(found('ureau'), [])
  assert.deepEqual(found('desk'), ['desk'])
})

test('a label that begins with the words comes first', () => {
  assert.deepEqual(found('bureau'), ['bureau', 'desk'])
  assert.deepEqual(found('bureau', 1), ['bureau'])
})

test('signs that mean something to a pattern are only signs', () => assert.deepEqual(found('.* ('), []))
