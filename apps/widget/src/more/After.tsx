import type { ThreadStore } from '@guichet/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Ui } from '../components/context.ts'
import { reopenConversation } from './ending.ts'
import type { MoreWords } from './more.words.en.ts'
import { saveTranscript } from './save.ts'
import { wordsOf } from './words.ts'

/** For this long after one's own ending the way back is called what it is: undoing. */
const UNDO_MS = 10_000
const MAX_COMMENT_LENGTH = 1_000
/** Mouths of the five faces, on a grid of 24. */
const mouths = [
  'M8 17q4-4.5 8 0',
  'M8.5 16.5q3.5-2.5 7 0',
  'M8.5 15.5h7',
  'M8.5 14.5q3.5 2.8 7 0',
  'M7.5 13.5q4.5 6 9 0z',
]

/** After a conversation: thanks, a rating, a copy, and the way on or back. */
export function After(props: Ui & { thread: ThreadStore }) {
  const { widget, state, thread } = props
  const words = wordsOf(state.locale)
  const { conversation, visitor } = widget.visitor.getSnapshot()
  const section = useRef<HTMLElement>(null)
  const endedByMe = conversation?.closedBy === 'consumer'
  const [canUndo, setCanUndo] = useState(
    endedByMe && Date.now() - Date.parse(conversation?.closedAt ?? '') < UNDO_MS,
  )

  useEffect(() => {
    // Whoever was writing, or chose to end it in the menu, would else be left without a place.
    const root = section.current?.getRootNode() as ShadowRoot | undefined
    if (canUndo || !root?.activeElement) section.current?.focus()
    if (!canUndo) return
    const timer = setTimeout(() => setCanUndo(false), UNDO_MS)
    return () => clearTimeout(timer)
  }, [])

  if (!conversation || !visitor) return null
  const start = (
    <button type="button" class="primary" onClick={() => void widget.visitor.restart()}>
      {words.newConversation}
    </button>
  )
  if (conversation.closedBy === 'idle') return <div class="after-chat idle">{start}</div>
  const said = thread
    .getSnapshot()
    .items.some(item => item.delivery === 'sent' && item.message.sender?.rawId === visitor.visitor.rawId)
  return (
    <section ref={section} class="after-chat" aria-label={words.after} tabIndex={-1}>
      <p class="ended">
        <span role="status">{endedByMe ? words.ended.consumer : words.ended.agent}</span>{' '}
        {canUndo && (
          <button type="button" class="link" onClick={() => void reopenConversation(widget, true)}>
            {words.undo}
          </button>
        )}
      </p>
      {(said || conversation.rating) && <Rating {...props} words={words} />}
      {start}
      <p class="links">
        {!canUndo && (
          <button type="button" class="link" onClick={() => void reopenConversation(widget, false)}>
            {words.goOn}
          </button>
        )}
        <button type="button" class="link" onClick={() => saveTranscript(props, thread)}>
          {words.transcript}
        </button>
      </p>
    </section>
  )
}

function Rating({ widget, words }: Ui & { words: MoreWords }) {
  const rating = widget.visitor.getSnapshot().conversation?.rating
  const [comment, setComment] = useState(rating?.comment ?? '')
  const [isSent, setIsSent] = useState(false)
  const score = rating?.score ?? 0

  async function send() {
    setIsSent(await widget.act('conversation.rate', { score, comment }))
  }

  return (
    <>
      <fieldset class="faces">
        <legend>{words.question}</legend>
        {words.faces.map((name, index) => (
          <button
            type="button"
            class="face-choice"
            key={name}
            aria-label={name}
            aria-pressed={score === index + 1}
            title={name}
            onClick={() => void widget.act('conversation.rate', { score: index + 1 })}
          >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
              <path
                d={`M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19zM8.8 9.5v.6M15.2 9.5v.6${mouths[index]}`}
              />
            </svg>
          </button>
        ))}
      </fieldset>
      <p class="thanks" role="status">
        {score > 0 && (isSent ? words.sent : words.thanks)}
      </p>
      {score > 0 && !isSent && (
        <form
          class="comment"
          onSubmit={event => {
            event.preventDefault()
            void send()
          }}
        >
          <textarea
            rows={2}
            aria-label={words.comment}
            placeholder={words.comment}
            maxLength={MAX_COMMENT_LENGTH}
            value={comment}
            onInput={event => setComment(event.currentTarget.value)}
          />
          <button type="submit" class="action" disabled={comment.trim() === ''}>
            {words.send}
          </button>
        </form>
      )}
    </>
  )
}
