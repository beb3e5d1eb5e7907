import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLog, type LogLevel } from './log.ts'

function written(level: LogLevel) {
  const lines: string[] = []
  const log = createLog(
    line => lines.push(line),
    () => 1_795_000_000_123.4,
    level,
  )
  log.info('leg opened', { callId: 'c', level: 'loud' })
  log.warn('odd')
  log.error('broken', { error: 'x' })
  return lines.map(line => JSON.parse(line) as Record<string, unknown>)
}

describe('log', () => {
  it('writes lines like the server’s, one story in all processes', () => {
    const [first] = written('info')
    const { pid } = process
    assert.deepEqual(first, {
      level: 30,
      time: 1_795_000_000_123,
      pid,
      name: 'media',
      callId: 'c',
      msg: 'leg opened',
    })
  })

  it('writes what is severe enough', () => {
    const levels: [LogLevel, number[]][] = [
      ['trace', [30, 40, 50]],
      ['warn', [40, 50]],
      ['error', [50]],
      ['silent', []],
    ]
    for (const [level, expected] of levels)
      assert.deepEqual(
        written(level).map(line => line['level']),
        expected,
      )
  })
})
