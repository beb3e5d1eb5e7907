import type { ThreadStore } from '@guichet/client'
import { useState } from 'preact/hooks'
import { Composer, type Editing } from './Composer.tsx'
import type { Ui } from './context.ts'
import { Messages } from './Messages.tsx'

/** The messages and the place to write the next. */
export function Chat({ isHidden, ...ui }: Ui & { isHidden: boolean }) {
  const { thread } = ui.widget.visitor.getSnapshot()
  return (
    <div class={isHidden ? 'chat away' : 'chat'} inert={isHidden}>
      {thread ? <Thread {...ui} thread={thread} key={thread} /> : <div class="messages" />}
    </div>
  )
}

function Thread(props: Ui & { thread: ThreadStore }) {
  const { widget, state, strings } = props
  const [editing, setEditing] = useState<Editing | null>(null)
  const { conversation } = widget.visitor.getSnapshot()
  const isClosed = conversation?.state === 'closed'
  return (
    <>
      <Messages {...props} onEdit={setEditing} />
      {isClosed &&
        (state.more ? (
          <state.more.After {...props} />
        ) : (
          <div class="composer closed">
            <button type="button" class="primary" onClick={() => void widget.visitor.restart()}>
              {strings.newConversation}
            </button>
          </div>
        ))}
      {(!isClosed || conversation?.closedBy === 'idle') && (
        <Composer {...props} editing={editing} onEdited={() => setEditing(null)} />
      )}
    </>
  )
}
