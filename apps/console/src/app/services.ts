import {
  browserEnvironment,
  createHttpClient,
  createSocketClient,
  type HttpClient,
  type SocketClient,
  socketUrl,
} from '@guichet/client'
import type { StaffMember } from '@guichet/contract'
import { browserSoftphoneEnvironment, createDeviceStore, type DeviceStore } from '@guichet/softphone'
import { type CallSession, createCallSession } from '../calls/call.session.ts'
import { createLiveStore, type LiveStore } from '../live/live.store.ts'
import { createThreads, type Threads } from '../live/threads.ts'
import { createScreenNotifications, type ScreenNotifications } from '../shell/notifications.ts'
import { createSounds, type Sounds } from '../shell/sounds.ts'
import { createCallHandover, identifyTab, tabStorage } from '../shell/tab.ts'

/** What every screen of a signed-in person may use. */
export type Services = {
  me: StaffMember
  http: HttpClient
  socket: SocketClient
  live: LiveStore
  threads: Threads
  calls: CallSession
  devices: DeviceStore
  sounds: Sounds
  notifications: ScreenNotifications
  /** Connects; the result ends everything. */
  start(): () => void
}

const environment = browserEnvironment()

/** The HTTP client of the console: its own origin, the sign-in cookie. */
export const http = createHttpClient({ baseUrl: '', environment })

/** Builds what one signed-in person uses, in one place. */
export const createServices = async (me: StaffMember): Promise<Services> => {
  const storage = tabStorage()
  const { tabId, isCopy } = await identifyTab(storage, environment)
  // A copied tab must not believe that it holds the original's call.
  if (isCopy) storage.removeItem('guichet.call')
  const socket = createSocketClient({ url: socketUrl(location.href), tabId, environment })
  const live = createLiveStore(socket, environment.now)
  const phoneEnvironment = browserSoftphoneEnvironment()
  const devices = createDeviceStore(phoneEnvironment)
  const calls = createCallSession({
    socket,
    environment: phoneEnvironment,
    devices,
    storage,
    handover: createCallHandover(),
    iceServers: () => live.getState().iceServers,
    acceptOffer: (offerId, sdpOffer) => live.accept(offerId, sdpOffer),
  })
  return {
    me,
    http,
    socket,
    live,
    threads: createThreads({ socket, live, environment, storage, selfRawId: me.party.rawId }),
    calls,
    devices,
    sounds: createSounds(),
    notifications: createScreenNotifications(),
    start() {
      socket.start()
      return () => {
        calls.dispose()
        devices.dispose()
        socket.close()
      }
    },
  }
}
