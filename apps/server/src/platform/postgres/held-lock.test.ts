import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type pg from 'pg'
import { tryHoldLock } from './held-lock.ts'

/** A pool of one connection, which answers the question for the lock as told. */
function createFakePool(answer: (client: EventEmitter) => boolean) {
  const released: boolean[] = []
  const client = Object.assign(new EventEmitter(), {
    async query(text: string) {
      return { rows: text.includes('advisory') ? [{ won: answer(client) }] : [] }
    },
    release: (destroy: boolean) => void released.push(destroy),
  })
  const pool = { connect: async () => client } as unknown as pg.Pool
  return { pool, client, released }
}

describe('a held lock', () => {
  it('is told to be lost once, and never after its release', async () => {
    const lost: string[] = []
    const { pool, client, released } = createFakePool(() => true)
    const lock = await tryHoldLock(pool, 1, error => lost.push(error.message))
    client.emit('error', new Error('gone'))
    lock?.release()
    assert.deepEqual([lost, released], [['gone'], [true]])

    const other = createFakePool(() => true)
    const released2 = await tryHoldLock(other.pool, 1, error => lost.push(error.message))
    released2?.release()
    assert.deepEqual([other.client.listenerCount('error'), lost.length], [0, 1])
  })

  it('that somebody else has gives its connection back unharmed', async () => {
    const { pool, released } = createFakePool(() => false)
    assert.equal(await tryHoldLock(pool, 1, () => assert.fail('nothing was held')), null)
    assert.deepEqual(released, [false])
  })

  it('whose connection ends before it is taken is a failure, and no loss', async () => {
    const { pool, released } = createFakePool(client => {
      client.emit('error', new Error('gone'))
      throw new Error('terminated')
    })
    await assert.rejects(
      tryHoldLock(pool, 1, () => assert.fail('nothing was held')),
      /terminated/,
    )
    assert.deepEqual(released, [true])
  })
})
