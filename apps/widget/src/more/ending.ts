import type { Widget } from '../model/widget.ts'

/** Whether somebody was there, or on the way, when the visitor ended the conversation on this page. */
let hadPerson = false

/** Ends the conversation for the visitor. */
export async function endConversation(widget: Widget): Promise<void> {
  const by = widget.visitor.getSnapshot().conversation?.handling.by
  hadPerson = by === 'agent' || by === 'queue'
  await widget.act('conversation.end', {})
}

/** Goes on with it; undoing one's own ending asks for a person again where there was one. */
export async function reopenConversation(widget: Widget, isUndo: boolean): Promise<void> {
  const isOpen = await widget.act('conversation.reopen', {})
  if (isOpen && isUndo && hadPerson) await widget.act('conversation.requestPerson', {})
}
