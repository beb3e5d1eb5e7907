import type { SocketClient } from '@guichet/client'
import type { Call, Conversation, IceServer } from '@guichet/contract'
import {
  browserSoftphoneEnvironment,
  createActiveCall,
  createDeviceStore,
  type DeviceStore,
} from '@guichet/softphone'
import css from './call.css?inline'

export { lend } from '../shared/shared.ts'
export { CallView } from './CallView.tsx'
export { css }

let store: DeviceStore | null = null

/** The devices of this machine; one list for every call of the page. */
export function devices(): DeviceStore {
  store ??= createDeviceStore(browserSoftphoneEnvironment())
  return store
}

/** The visitor's side of a call: a new one, or with `running` the conversation's call continued here. */
export function createVisitorCall(options: {
  socket: SocketClient
  iceServers: readonly IceServer[]
  conversationId: Conversation['id']
  running: Call | null
}) {
  const { socket, running } = options
  return createActiveCall({
    socket,
    environment: browserSoftphoneEnvironment(),
    iceServers: options.iceServers,
    devices: devices(),
    async open(sdpOffer) {
      if (running) {
        return { call: running, leg: await socket.request('call.rejoin', { callId: running.id, sdpOffer }) }
      }
      const started = await socket.request('call.start', { conversationId: options.conversationId, sdpOffer })
      return { call: started.call, leg: started }
    },
  })
}
