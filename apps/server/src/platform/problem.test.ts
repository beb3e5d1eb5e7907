import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DomainError } from '@guichet/domain'
import { z } from 'zod'
import { parseInput } from './input.ts'
import { isExpected, retryAfterSeconds, toProblem } from './problem.ts'

test('a broken rule keeps its code, status and words', () => {
  const problem = toProblem(new DomainError('offer-expired', 'The offer has expired'), 'ref-1')
  assert.deepEqual(problem, {
    type: 'urn:guichet:problem:offer-expired',
    code: 'offer-expired',
    title: 'offer expired',
    status: 409,
    detail: 'The offer has expired',
    reference: 'ref-1',
  })
})

const shape = z.object({ a: z.object({ b: z.number() }) })

test('bad input at a door says where', () => {
  assert.throws(
    () => parseInput(shape, { a: { b: 'x' } }),
    error => {
      const problem = toProblem(error)
      assert.deepEqual([problem.status, problem.errors?.[0]?.path, isExpected(error)], [400, 'a.b', true])
      return true
    },
  )
})

test('what does not fit behind the door is a bug of ours', () => {
  const { error } = shape.safeParse({ a: { b: 'secret' } })
  assert.deepEqual(
    [toProblem(error).code, toProblem(error).errors, isExpected(error)],
    ['internal', undefined, false],
  )
})

test('whoever may try again is told when', () => {
  const busy = (details?: Record<string, unknown>) =>
    new DomainError('too-many-requests', 'Wait', { retryable: true, ...(details ? { details } : {}) })
  assert.equal(retryAfterSeconds(busy({ retryAfterMs: 61_200 })), 62)
  assert.equal(retryAfterSeconds(busy()), 5)
  assert.equal(retryAfterSeconds(new DomainError('too-many-requests', 'The thread is full')), null)
  assert.equal(retryAfterSeconds(new Error('a bug')), null)
})

test('an unknown error leaks nothing', () => {
  const problem = toProblem(new Error('password=hunter2 at db.internal'), 'ref-2')
  assert.equal(problem.code, 'internal')
  assert.equal(JSON.stringify(problem).includes('hunter2'), false)
})

test('a database that is away for a moment is worth another try', () => {
  const refused = Object.assign(new Error('connect ENOENT'), { code: 'ENOENT', syscall: 'connect' })
  const starting = Object.assign(new Error('the database system is starting up'), { code: '57P03' })
  for (const error of [refused, starting, new Error('Connection terminated unexpectedly')]) {
    const problem = toProblem(error)
    assert.equal(problem.code, 'unavailable')
    assert.equal(problem.retryable, true)
  }
  const broken = Object.assign(new Error('duplicate key'), { code: '23505' })
  assert.equal(toProblem(broken).code, 'internal')
})
