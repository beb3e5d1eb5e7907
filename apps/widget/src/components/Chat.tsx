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
  const { widget, strings } = props
  const [editing, setEditing] = useState<Editing | null>(null)
  const isClosed = widget.visitor.getSnapshot().conversation?.state === 'closed'
  return (
    <>
      <Messages {...props} onEdit={setEditing} />
      {isClosed ? (
        <div class="composer closed">
          <button type="button" class="primary" onClick={() => void widget.visitor.restart()}>
            {strings.newConversation}
          </button>
        </div>
      ) : (
        <Composer {...props} editing={editing} onEdited={() => setEditing(null)} />
      )}
    </>
  )
}
