import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaPayload } from '@guichet/contract/media'
import type { FileId, LegId } from '@guichet/domain'
import type { PlaySource, SpokenSource } from '@guichet/domain/flow'
import { createLog } from '../../platform/index.ts'
import { type CallPlayer, createCallPlayer } from './call.player.ts'

const leg = 'leg' as LegId
const words = (text: string): SpokenSource => ({ kind: 'text', text, language: 'en', voice: null })
const file = (fileId: string, said: SpokenSource | null = null): PlaySource => ({
  kind: 'file',
  fileId: fileId as FileId,
  words: said,
})

/** A player over a library with one sound; every playback ends as soon as it has begun, unless it fails. */
function setUp(
  options: { isBroken?: boolean; fails?: (path: string) => boolean; ready?: Promise<void> } = {},
) {
  const stopped: string[] = []
  const played: MediaPayload<'play.start'>['source'][] = []
  const told: string[] = []
  const due: (() => void)[] = []
  let ids = 0
  const after = (_ms: number, callback: () => void) => {
    due.push(callback)
    return () => void due.splice(due.indexOf(callback), 1)
  }
  const player: CallPlayer = createCallPlayer({
    roomId: 'room',
    media: {
      async request(kind: string, payload: MediaPayload<'play.start'>) {
        const { source, playId } = payload
        if (kind === 'play.stop') stopped.push(playId)
        if (kind !== 'play.start') return {}
        if (source.kind === 'file') await options.ready
        if (source.kind === 'file' && options.fails?.(source.path)) throw new Error('media-failed')
        played.push(source)
        if (payload.loop !== true) player.ended(playId, 'completed')
        return { durationMs: 1 }
      },
    } as never,
    speech: { synthesise: async ({ text }) => ({ path: `/spoken/${text}`, isSpoken: true }) },
    files: {
      async path(fileId) {
        if (options.isBroken) throw new Error('the database is away')
        return fileId === 'known' ? '/sounds/known' : null
      },
    },
    clock: { now: () => 0, after } as never,
    ids: { uuid: () => `play-${++ids}` } as never,
    log: createLog({ level: 'silent' }),
  })
  return {
    player,
    told,
    played,
    stopped,
    /** What is heard when the sources are played, and how it ends. */
    async play(...sources: PlaySource[]) {
      const { done } = player.play(leg, sources, text => void (text && told.push(text)))
      const outcome = await done
      return [...played.map(source => (source.kind === 'file' ? source.path : source.kind)), outcome]
    },
    /** Lets the time pass that a retry waits. */
    async retry() {
      for (const callback of due.splice(0)) callback()
      await new Promise(setImmediate)
    },
  }
}

test('a sound of the library is played, and the words that say the same stand on the screen', async () => {
  const { play, told } = setUp()
  assert.deepEqual(await play(file('known', words('Hello'))), ['/sounds/known', 'completed'])
  assert.deepEqual(told, ['Hello'])
})

test('a sound that is gone leaves its words to be spoken', async () => {
  assert.deepEqual(await setUp().play(file('gone', words('Hello'))), ['/spoken/Hello', 'completed'])
})

test('a sound that is gone without words is passed over, and the rest goes on', async () => {
  const menu = words('Press one')
  assert.deepEqual(await setUp().play(file('gone'), menu), ['/spoken/Press one', 'completed'])
  assert.deepEqual(await setUp().play(file('gone')), ['completed'])
})

test('sounds that cannot be looked up are as good as gone', async () => {
  const { play } = setUp({ isBroken: true })
  assert.deepEqual(await play(file('known', words('Hello'))), ['/spoken/Hello', 'completed'])
})

test('music is the chosen sound, our own where it is gone, and our own after it has failed', async () => {
  const heard = async (fileId: string, fails = false) => {
    const { player, played, retry } = setUp({ fails: () => fails })
    player.startLoop('queue', leg, { kind: 'file', fileId: fileId as FileId })
    await new Promise(setImmediate)
    if (fails) await retry()
    return played
  }
  assert.deepEqual(await heard('known'), [{ kind: 'file', path: '/sounds/known' }])
  assert.deepEqual(await heard('gone'), [{ kind: 'music' }])
  assert.deepEqual(await heard('known', true), [{ kind: 'music' }])
})

test('while a long sound is made ready, our own music plays; it ends with the wait, and with the loop', async () => {
  for (const isWanted of [true, false]) {
    let makeReady = () => {}
    const ready = new Promise<void>(resolve => {
      makeReady = resolve
    })
    const { player, played, stopped, retry } = setUp({ ready })
    player.startLoop('queue', leg, { kind: 'file', fileId: 'known' as FileId })
    await new Promise(setImmediate)
    assert.deepEqual(played, [])
    await retry()
    assert.deepEqual(played, [{ kind: 'music' }])
    assert.equal(stopped.length, 0)
    if (!isWanted) player.stopLoop('queue')
    if (!isWanted) assert.deepEqual(stopped, ['play-2', 'play-1'])
    makeReady()
    await new Promise(setImmediate)
    assert.ok(stopped.includes('play-2'))
    assert.deepEqual(played.at(-1), { kind: 'file', path: '/sounds/known' })
    assert.equal(stopped.includes('play-1'), !isWanted)
    await retry()
    assert.equal(played.length, 2)
  }
})
