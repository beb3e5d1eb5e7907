import {
  browserSoftphoneEnvironment,
  createActiveCall,
  createDeviceStore,
  type DeviceStore,
} from '@guichet/softphone'
import type { CallCode } from '../model/call.code.ts'
import { lend } from '../shared/shared.ts'
import { CallView } from './CallView.tsx'
import css from './call.css?inline'

let store: DeviceStore | null = null

function devices(): DeviceStore {
  store ??= createDeviceStore(browserSoftphoneEnvironment())
  return store
}

const callCode: CallCode = {
  lend,
  css,
  devices,
  CallView,
  createVisitorCall({ socket, running, iceServers, conversationId }) {
    return createActiveCall({
      socket,
      environment: browserSoftphoneEnvironment(),
      iceServers,
      devices: devices(),
      async open(sdpOffer) {
        if (running) {
          return { call: running, leg: await socket.request('call.rejoin', { callId: running.id, sdpOffer }) }
        }
        const started = await socket.request('call.start', { conversationId, sdpOffer })
        return { call: started.call, leg: started }
      },
    })
  },
}

/** The call code's one face; see `CallCode`. */
export default callCode
