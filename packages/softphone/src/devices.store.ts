import { createEmitter } from '@guichet/client'
import type { SoftphoneEnvironment } from './softphone.environment.ts'

export type DeviceKind = 'microphone' | 'speaker' | 'camera'
export type Device = { id: string; label: string }
export type DevicesSnapshot = {
  readonly [K in DeviceKind]: { readonly list: readonly Device[]; readonly selectedId: string | null }
}

export type DeviceStore = {
  getSnapshot(): DevicesSnapshot
  subscribe(listener: () => void): () => void
  /** Reads the list again; names are known only once a permission was given. */
  refresh(): Promise<void>
  /** Remembers a choice; calls in progress follow it. Null is the system's default. */
  select(kind: DeviceKind, id: string | null): void
  /** The remembered device, if it is there now. */
  selected(kind: DeviceKind): string | null
  /** Whether a microphone is there and may be opened without asking the person, as of the last `refresh`. */
  isMicrophoneReady(): boolean
  /** Hears choices. */
  onSelect(listener: (kind: DeviceKind) => void): () => void
  dispose(): void
}

const kinds = { audioinput: 'microphone', audiooutput: 'speaker', videoinput: 'camera' } as const
const STORAGE_KEY = 'guichet.devices'

type Remembered = { [K in DeviceKind]?: Device }

function parseRemembered(text: string | null): Remembered {
  const result: Remembered = {}
  let stored: unknown
  try {
    stored = JSON.parse(text ?? '{}')
  } catch {
    return result
  }
  for (const kind of Object.values(kinds)) {
    const device = (stored as Record<string, Partial<Device>> | null)?.[kind]
    if (typeof device?.id === 'string' && typeof device.label === 'string') {
      result[kind] = { id: device.id, label: device.label }
    }
  }
  return result
}

/** Microphones, speakers and cameras of this machine, and which one the person prefers. */
export function createDeviceStore(
  environment: Pick<SoftphoneEnvironment, 'mediaDevices' | 'storage' | 'isMicrophoneAllowed'>,
): DeviceStore {
  const { mediaDevices, storage } = environment
  const changed = createEmitter<void>()
  const chosen = createEmitter<DeviceKind>()
  const remembered = parseRemembered(storage?.getItem(STORAGE_KEY) ?? null)
  let lists: Record<DeviceKind, Device[]> = { microphone: [], speaker: [], camera: [] }
  let snapshot: DevicesSnapshot | null = null
  let isAllowed = false

  function selected(kind: DeviceKind): string | null {
    const wanted = remembered[kind]
    if (!wanted) return null
    // Ids change when site data is cleared; the name of the device is the second best memory.
    const found =
      lists[kind].find(device => device.id === wanted.id) ??
      lists[kind].find(device => device.label !== '' && device.label === wanted.label)
    return found?.id ?? null
  }

  async function refresh() {
    const [found = [], allowed] = await Promise.all([
      mediaDevices?.enumerateDevices?.().catch(() => []),
      environment.isMicrophoneAllowed(),
    ])
    isAllowed = allowed
    lists = { microphone: [], speaker: [], camera: [] }
    for (const device of found) {
      if (device.deviceId !== '') lists[kinds[device.kind]].push({ id: device.deviceId, label: device.label })
    }
    snapshot = null
    changed.emit()
  }

  const onDeviceChange = () => void refresh()
  mediaDevices?.addEventListener?.('devicechange', onDeviceChange)

  return {
    getSnapshot: () =>
      (snapshot ??= {
        microphone: { list: lists.microphone, selectedId: selected('microphone') },
        speaker: { list: lists.speaker, selectedId: selected('speaker') },
        camera: { list: lists.camera, selectedId: selected('camera') },
      }),
    subscribe: listener => changed.add(listener),
    refresh,
    select(kind, id) {
      const device = lists[kind].find(entry => entry.id === id)
      if (device) remembered[kind] = device
      else delete remembered[kind]
      storage?.setItem(STORAGE_KEY, JSON.stringify(remembered))
      snapshot = null
      changed.emit()
      chosen.emit(kind)
    },
    selected,
    isMicrophoneReady: () => isAllowed && lists.microphone.length > 0,
    onSelect: listener => chosen.add(listener),
    dispose: () => mediaDevices?.removeEventListener?.('devicechange', onDeviceChange),
  }
}
