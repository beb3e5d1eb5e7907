import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ThreadId } from '@guichet/domain'
import { systemClock } from '../../platform/index.ts'
import { createJournal, type JournalEntry, type StoreBatch } from './journal.ts'

const entry = (clientMessageId: string): JournalEntry => ({
  threadId: '19:abcdefghijklmnop@thread.v2' as ThreadId,
  sender: null,
  type: 'text',
  content: { message: clientMessageId },
  clientMessageId,
  eventId: '',
  causationId: null,
})

function setUp(store: StoreBatch<string>) {
  const told: string[] = []
  const failures: unknown[] = []
  const journal = createJournal<string>({
    clock: systemClock,
    store,
    stored: results => void told.push(...results),
    failed: error => void failures.push(error),
  })
  return { journal, told, failures }
}

const dataError = Object.assign(new Error('bad row'), { code: '22P05' })

describe('journal', () => {
  it('writes what arrives together in one go, and what arrives meanwhile in the next', async () => {
    const batches: string[][] = []
    const { journal, told } = setUp(async entries => {
      batches.push(entries.map(one => one.clientMessageId))
      if (batches.length === 1) void journal.append(entry('late'))
      return entries.map(one => `stored ${one.clientMessageId}`)
    })
    const results = await Promise.all([journal.append(entry('a')), journal.append(entry('b'))])
    await journal.idle()
    assert.deepEqual(results, ['stored a', 'stored b'])
    assert.deepEqual(batches, [['a', 'b'], ['late']])
    assert.deepEqual(told, ['stored a', 'stored b', 'stored late'])
  })

  it('writes a message once that is sent again while it is under way', async () => {
    let writes = 0
    const { journal } = setUp(async entries => {
      writes += entries.length
      return entries.map(() => 'first')
    })
    assert.deepEqual(await Promise.all([journal.append(entry('a')), journal.append(entry('a'))]), [
      'first',
      'first',
    ])
    assert.equal(writes, 1)
  })

  it('writes one by one when one row is bad, so that the others are not lost', async () => {
    const { journal, told } = setUp(async entries => {
      if (entries.some(one => one.clientMessageId === 'bad')) throw dataError
      return entries.map(one => one.clientMessageId)
    })
    const results = await Promise.allSettled(['a', 'bad', 'b'].map(id => journal.append(entry(id))))
    assert.deepEqual(
      results.map(result => result.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal((results[1] as PromiseRejectedResult).reason, dataError)
    assert.deepEqual(told, ['a', 'b'])
  })

  it('tells everybody to try again when the database is away, and works once it is back', async () => {
    let away = true
    const { journal, failures } = setUp(async entries => {
      if (away) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
      return entries.map(() => 'ok')
    })
    await Promise.all(
      ['a', 'b'].map(id =>
        assert.rejects(journal.append(entry(id)), { code: 'unavailable', retryable: true }),
      ),
    )
    assert.equal(failures.length, 1)
    away = false
    assert.equal(await journal.append(entry('a')), 'ok')
  })
})
