import type { ThreadStore } from '@guichet/client'
import type { FunctionComponent } from 'preact'
import type { Shared } from '../shared/shared.ts'

/** `ringing` goes on until the next sound, be it `silence`. */
export type SoundName = 'message' | 'ringing' | 'ended' | 'silence'

/** What few visits need, loaded on demand: the menu, what follows a conversation, and sounds; `Ui` is what parts get. */
export type MoreCode<Ui> = {
  /** Takes what the widget already holds; called before anything else. */
  lend(shared: Shared): void
  css: string
  play(name: SoundName): void
  Menu: FunctionComponent<Ui & { onClose: () => void }>
  After: FunctionComponent<Ui & { thread: ThreadStore }>
}
