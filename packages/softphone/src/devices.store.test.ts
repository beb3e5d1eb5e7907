import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDeviceStore } from './devices.store.ts'

type Listed = { kind: MediaDeviceKind; deviceId: string; label: string }

function setUp(devices: Listed[], stored: string | null = null, isAllowed = false) {
  const memory = new Map<string, string>(stored === null ? [] : [['guichet.devices', stored]])
  const listeners = new Set<() => void>()
  const mediaDevices = {
    enumerateDevices: async () => devices,
    addEventListener: (_name: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_name: string, listener: () => void) => listeners.delete(listener),
  } as unknown as MediaDevices
  const store = createDeviceStore({
    mediaDevices,
    isMicrophoneAllowed: async () => isAllowed,
    storage: {
      getItem: key => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
    },
  })
  return { store, memory, listeners, devices }
}

const microphone = (deviceId: string, label: string): Listed => ({ kind: 'audioinput', deviceId, label })

describe('device store', () => {
  it('knows when a microphone opens without a question', async () => {
    for (const [devices, isAllowed, isReady] of [
      [[microphone('a', 'A')], true, true],
      [[microphone('a', 'A')], false, false],
      [[], true, false],
    ] as const) {
      const { store } = setUp([...devices], null, isAllowed)
      assert.equal(store.isMicrophoneReady(), false)
      await store.refresh()
      assert.equal(store.isMicrophoneReady(), isReady)
    }
  })

  it('lists by kind and leaves out devices that may not be named yet', async () => {
    const { store } = setUp([
      microphone('', ''),
      microphone('m1', 'Headset'),
      { kind: 'audiooutput', deviceId: 's1', label: 'Speakers' },
      { kind: 'videoinput', deviceId: 'c1', label: 'Camera' },
    ])
    await store.refresh()
    assert.deepEqual(store.getSnapshot(), {
      microphone: { list: [{ id: 'm1', label: 'Headset' }], selectedId: null },
      speaker: { list: [{ id: 's1', label: 'Speakers' }], selectedId: null },
      camera: { list: [{ id: 'c1', label: 'Camera' }], selectedId: null },
    })
  })

  it('remembers a choice and tells who listens', async () => {
    const { store, memory } = setUp([microphone('m1', 'Headset'), microphone('m2', 'Desk')])
    await store.refresh()
    const chosen: string[] = []
    store.onSelect(kind => chosen.push(kind))
    store.select('microphone', 'm2')
    assert.equal(store.selected('microphone'), 'm2')
    assert.deepEqual(chosen, ['microphone'])
    const next = setUp([microphone('m2', 'Desk')], memory.get('guichet.devices'))
    await next.store.refresh()
    assert.equal(next.store.selected('microphone'), 'm2')
    next.store.select('microphone', null)
    assert.equal(next.store.selected('microphone'), null)
  })

  it('finds a remembered device by its name when its id changed, and none when it is gone', async () => {
    const stored = JSON.stringify({ microphone: { id: 'old', label: 'Headset' } })
    const changed = setUp([microphone('new', 'Headset')], stored)
    await changed.store.refresh()
    assert.equal(changed.store.selected('microphone'), 'new')
    const gone = setUp([microphone('other', 'Desk')], stored)
    await gone.store.refresh()
    assert.equal(gone.store.selected('microphone'), null)
  })

  it('is not upset by garbage in its storage', async () => {
    for (const garbage of ['{', 'null', '[]', '{"microphone":7}', '{"microphone":{"id":1,"label":2}}']) {
      const { store } = setUp([microphone('m1', 'Headset')], garbage)
      await store.refresh()
      assert.equal(store.selected('microphone'), null)
    }
  })

  it('follows plugging, until disposed of', async () => {
    const { store, listeners, devices } = setUp([])
    const plugged = new Promise<void>(resolve => void store.subscribe(resolve))
    devices.push(microphone('m1', 'Headset'))
    for (const listener of listeners) listener()
    await plugged
    assert.equal(store.getSnapshot().microphone.list.length, 1)
    store.dispose()
    assert.equal(listeners.size, 0)
  })
})
