import type { SocketClient } from '@guichet/client'
import type { Call, Conversation, IceServer, Locale } from '@guichet/contract'
import type { ActiveCall, DeviceStore } from '@guichet/softphone'
import type { FunctionComponent } from 'preact'
import type { Shared } from '../shared/shared.ts'

export type CallViewProps = {
  active: ActiveCall
  devices: DeviceStore
  locale: Locale
  selfRawId: string
  /** Whether the call covers the chat; else a strip stands above it. */
  isShown: boolean
  /** Messages that wait behind the call. */
  unread: number
  onShow: (shown: boolean) => void
  onDismiss: () => void
  /** Begins another call after this one. */
  onAgain: () => void
}

export type VisitorCallOptions = {
  socket: SocketClient
  iceServers: readonly IceServer[]
  conversationId: Conversation['id']
  /** The conversation's call, to be continued in this tab; null begins a new one. */
  running: Call | null
}

/** What the call code, loaded on demand, gives to the widget. */
export type CallCode = {
  /** Takes what the widget already holds; called before anything else. */
  lend(shared: Shared): void
  css: string
  /** The devices of this machine; one list for every call of the page. */
  devices(): DeviceStore
  createVisitorCall(options: VisitorCallOptions): ActiveCall
  CallView: FunctionComponent<CallViewProps>
}
