import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildWidget } from './testing/built-widget.ts'

/** What a page pays to chat, and what a call adds; kilobytes of 1,000 bytes, gzip at its best. */
const CHAT_BUDGET_BYTES = 25_000
const CALL_BUDGET_BYTES = 20_000
const MORE_BUDGET_BYTES = 6_000

const gzipBytes = (code: string) => gzipSync(code, { level: 9 }).length

describe('size of the widget', async () => {
  const { widget, call, more } = await buildWidget()

  it('chats within its budget', context => {
    const size = gzipBytes(widget.code)
    context.diagnostic(`widget.js: ${size} bytes gzip of ${CHAT_BUDGET_BYTES}`)
    assert.ok(size <= CHAT_BUDGET_BYTES, `${size} bytes are more than ${CHAT_BUDGET_BYTES}`)
  })

  it('adds the call within its budget', context => {
    const size = gzipBytes(call.code)
    context.diagnostic(`${call.name}: ${size} bytes gzip of ${CALL_BUDGET_BYTES}`)
    assert.ok(size <= CALL_BUDGET_BYTES, `${size} bytes are more than ${CALL_BUDGET_BYTES}`)
  })

  it('adds what few visits need within its budget', context => {
    const size = gzipBytes(more.code)
    context.diagnostic(`${more.name}: ${size} bytes gzip of ${MORE_BUDGET_BYTES}`)
    assert.ok(size <= MORE_BUDGET_BYTES, `${size} bytes are more than ${MORE_BUDGET_BYTES}`)
  })

  it('names the code it will load', () => {
    for (const { name } of [call, more]) assert.ok(widget.code.includes(name))
  })
})
