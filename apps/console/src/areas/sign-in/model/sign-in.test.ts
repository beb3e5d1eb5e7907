import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOutcome, signIn } from './sign-in.ts'

test('each kind of answer has its meaning', () => {
  const cases = [
    [200, 'signedIn'],
    [400, 'wrong'],
    [401, 'wrong'],
    [403, 'disabled'],
    [429, 'tooMany'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ] as const
  for (const [status, outcome] of cases) assert.equal(readOutcome(status), outcome, String(status))
})

test('the credentials travel in the body, and a dead network is told as such', async () => {
  const asked: unknown[] = []
  const answered = await signIn(
    {
      fetch: async (url, init) => {
        asked.push(url, JSON.parse(String(init.body)))
        return new Response('{}', { status: 200 })
      },
    },
    { email: 'a@b.example', password: 'secret' },
  )
  assert.equal(answered, 'signedIn')
  assert.deepEqual(asked, ['/api/auth/sign-in/email', { email: 'a@b.example', password: 'secret' }])
  const lost = await signIn({ fetch: () => Promise.reject(new TypeError('no')) }, { email: '', password: '' })
  assert.equal(lost, 'unavailable')
})
