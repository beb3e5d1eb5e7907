import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DomainError } from '@guichet/domain'
import { z } from 'zod'
import { toProblem } from './problem.ts'

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

test('bad input says where', () => {
  const parsed = z.object({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: 'x' } })
  const problem = toProblem(parsed.error)
  assert.equal(problem.status, 400)
  assert.equal(problem.errors?.[0]?.path, 'a.b')
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
