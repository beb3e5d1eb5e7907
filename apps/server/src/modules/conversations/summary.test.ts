import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChatMessage, MessageContent } from '@guichet/contract'
import { summarise } from './summary.ts'

const said = (role: 'consumer' | 'bot', content: MessageContent) =>
  ({ sender: { rawId: '', displayName: '', role }, content }) as unknown as ChatMessage

describe('what was said', () => {
  it("is the visitor's own lines, each on one line", () => {
    const messages = [
      said('consumer', { message: 'Hi' }),
      said('bot', { message: 'Hello! Ask me anything.' }),
      said('consumer', { message: 'My parcel\n\nis   late' }),
      said('consumer', { attachments: [{ name: 'photo.png' }] as never }),
      said('consumer', {}),
    ]
    assert.deepEqual(summarise(messages), {
      summary: 'Hi\nMy parcel is late\n[photo.png]',
      firstQuestion: 'My parcel is late',
    })
  })
  it('is bounded', () => {
    const { summary, firstQuestion } = summarise(
      Array.from({ length: 50 }, () => said('consumer', { message: '🙂'.repeat(400) })),
    )
    assert.ok(summary.length < 1_600)
    assert.equal(summary.split('\n').length, 6)
    assert.ok(summary.isWellFormed() && firstQuestion?.isWellFormed())
  })
  it('may be nothing', () => {
    assert.deepEqual(summarise([]), { summary: '', firstQuestion: null })
  })
})
