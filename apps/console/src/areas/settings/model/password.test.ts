import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { changePassword, mistakesOfPassword } from './password.ts'

const good = { current: 'demo-guichet', fresh: 'a longer secret', repeated: 'a longer secret' }

describe('a new password', () => {
  it('is long enough, another one, and typed twice alike', () => {
    const mistakes = (change: Partial<typeof good>) => mistakesOfPassword({ ...good, ...change })
    assert.deepEqual(mistakes({}), [])
    assert.deepEqual(mistakes({ current: '' }), ['currentMissing'])
    assert.deepEqual(mistakes({ fresh: 'short', repeated: 'short' }), ['short'])
    assert.deepEqual(mistakes({ fresh: good.current, repeated: good.current }), ['same'])
    assert.deepEqual(mistakes({ repeated: 'a longer secrex' }), ['different'])
  })

  it('is asked for with the current one, and every answer means something', async () => {
    const asked: unknown[] = []
    const answering = (status: number) => ({
      fetch: async (_: unknown, init?: RequestInit) => {
        asked.push(JSON.parse(String(init?.body)))
        return new Response('{}', { status })
      },
    })
    const outcome = (status: number) => changePassword(answering(status) as never, good)
    assert.deepEqual(
      [await outcome(200), await outcome(401), await outcome(429), await outcome(503)],
      ['changed', 'wrong', 'tooMany', 'unavailable'],
    )
    assert.deepEqual(asked[0], { currentPassword: good.current, newPassword: good.fresh })
    const broken = { fetch: () => Promise.reject(new TypeError('offline')) }
    assert.equal(await changePassword(broken as never, good), 'unavailable')
  })
})
