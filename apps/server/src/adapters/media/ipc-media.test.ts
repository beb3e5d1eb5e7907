import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, test } from 'node:test'
import { createLog, systemClock } from '../../platform/index.ts'
import { createIpcMedia } from './ipc-media.adapter.ts'

const media = createIpcMedia({
  settings: {
    udpPort: 0,
    bindAddress: '127.0.0.1',
    announcedAddress: undefined,
    processes: 2,
    logLevel: 'fatal',
  },
  clock: systemClock,
  log: createLog({ level: 'silent' }),
})
after(() => media.stop())

/** Resolves when so many processes have told that they are ready. */
function untilReady(count: number): Promise<void> {
  return new Promise(resolve => {
    let ready = 0
    const off = media.onEvent(event => {
      if (event.kind !== 'media.ready' || ++ready < count) return
      off()
      resolve()
    })
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('the real media processes answer, spread rooms, come back after a kill and leave no orphan', async () => {
  const bothReady = untilReady(2)
  await media.start()
  assert.equal((await media.request('ping', {})).rooms, 0)

  await bothReady
  for (const roomId of ['room-1', 'room-2']) await media.request('room.open', { roomId, callId: roomId })
  assert.deepEqual(
    media.processes().map(process => process.rooms),
    [1, 1],
  )
  await assert.rejects(
    media.request('leg.open', { roomId: 'room-1', legId: 'leg-1', sdpOffer: 'v=0 nonsense' }),
    {
      code: 'media-failed',
    },
  )
  await assert.rejects(media.request('leg.update', { legId: 'unknown', part: {} }), { code: 'not-found' })
  await media.request('leg.close', { legId: 'unknown' })

  const tone = { kind: 'tone', hz: 440, durationMs: 40 } as const
  const ended = new Promise<string>(resolve => {
    const off = media.onEvent(event => {
      if (event.kind !== 'play.ended') return
      off()
      resolve(event.payload.reason)
    })
  })
  await media.request('play.start', { playId: 'play-1', roomId: 'room-2', source: tone })
  assert.equal(await ended, 'completed')

  const lost = new Promise<string[]>(resolve => {
    media.onLost(resolve)
  })
  const victim = media.processes()[0]?.pid as number
  const underWay = media.request('ping', {}).catch((error: { code: string }) => error.code)
  const isBack = untilReady(1)
  process.kill(victim, 'SIGKILL')
  assert.deepEqual(await lost, ['room-1'])
  await underWay
  await assert.rejects(media.request('leg.update', { legId: 'leg-1', part: {} }), { code: 'not-found' })
  await media.request('room.open', { roomId: 'room-1', callId: 'room-1' })
  await isBack
  const pids = media.processes().map(process => process.pid as number)
  assert.notEqual(pids[0], victim)

  await media.stop()
  assert.deepEqual(pids.map(isAlive), [false, false])
})

test('a taken UDP port is one clear sentence', async () => {
  const holder = createSocket('udp4')
  await new Promise<void>(resolve => {
    holder.bind(0, '127.0.0.1', resolve)
  })
  const { port } = holder.address()
  const blocked = createIpcMedia({
    settings: { udpPort: port, bindAddress: '127.0.0.1', announcedAddress: undefined, logLevel: 'fatal' },
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  })
  await assert.rejects(blocked.start(), {
    name: 'MediaStartError',
    message: new RegExp(`UDP port ${port} is taken`),
  })
  await blocked.stop()
  holder.close()
})
