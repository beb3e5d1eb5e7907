import type { ThreadStore } from '@guichet/client'
import type { Ui } from '../components/context.ts'
import { noticeText } from '../components/notice.ts'
import { writeTranscript } from './transcript.ts'
import { wordsOf } from './words.ts'

/** Hands the conversation to the visitor as a text file. */
export function saveTranscript({ widget, state, strings }: Ui, thread: ThreadStore): void {
  const { visitor } = widget.visitor.getSnapshot()
  if (!visitor) return
  const words = wordsOf(state.locale)
  const text = writeTranscript(thread.getSnapshot().items, {
    brand: visitor.brand.name,
    selfRawId: visitor.visitor.rawId,
    locale: state.locale,
    words,
    notice: message => noticeText(strings, message),
  })
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = words.fileName(new Date().toLocaleDateString('sv'))
  anchor.click()
  // The browser has taken the address by then; keeping it would keep the text.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
