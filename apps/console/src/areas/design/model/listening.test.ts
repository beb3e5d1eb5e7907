import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createListening } from './listening.ts'

/** An audio element that plays nothing and tells what it was asked. */
class FakeAudio extends EventTarget {
  src = ''
  currentTime = 0
  duration = Number.NaN
  asked: string[] = []
  refuses = false
  async play() {
    this.asked.push(`play ${this.src}`)
    if (this.refuses) throw new Error('cannot')
    this.dispatchEvent(new Event('playing'))
  }
  pause() {
    this.asked.push('pause')
  }
  removeAttribute() {
    this.src = ''
  }
  tell(name: string, part: Partial<FakeAudio> = {}) {
    Object.assign(this, part)
    this.dispatchEvent(new Event(name))
  }
}

const setUp = () => {
  const audio = new FakeAudio()
  return { audio, listening: createListening(() => audio as unknown as HTMLAudioElement) }
}

test('a sound loads, plays, is paused, sought and ends', async () => {
  const { audio, listening } = setUp()
  let changes = 0
  const leave = listening.subscribe(() => changes++)
  const playing = listening.play('a', () => '/a.wav')
  assert.equal(listening.get()?.phase, 'loading')
  await playing
  audio.tell('durationchange', { duration: 60 })
  audio.tell('timeupdate', { currentTime: 2 })
  assert.deepEqual(listening.get(), { key: 'a', phase: 'playing', atS: 2, durationS: 60 })
  listening.pause()
  assert.equal(listening.get()?.phase, 'paused')
  listening.seek(30)
  assert.equal(audio.currentTime, 30)
  await listening.resume()
  assert.equal(listening.get()?.phase, 'playing')
  audio.tell('durationchange', { duration: Number.POSITIVE_INFINITY })
  assert.equal(listening.get()?.durationS, 0)
  audio.tell('ended')
  assert.equal(listening.get(), null)
  assert.ok(changes > 5)
  leave()
})

test('one sound plays at a time, and what was asked last wins', async () => {
  const { audio, listening } = setUp()
  let give: (blob: Blob) => void = () => {}
  const slow = listening.play('slow', () => new Promise<Blob>(resolve => (give = resolve)))
  await listening.play('quick', () => '/quick.wav')
  give(new Blob(['x']))
  await slow
  assert.equal(listening.get()?.key, 'quick')
  assert.deepEqual(
    audio.asked.filter(ask => ask.startsWith('play')),
    ['play /quick.wav'],
  )
  listening.stop('slow')
  assert.equal(listening.get()?.key, 'quick')
  listening.stop('quick')
  assert.equal(listening.get(), null)
  await listening.play('again', () => '/again.wav')
  listening.stop()
  assert.equal(listening.get(), null)
})

test('what cannot be played is told, and leaves silence', async () => {
  const { audio, listening } = setUp()
  audio.refuses = true
  await assert.rejects(listening.play('a', () => '/a.wav'))
  assert.equal(listening.get(), null)
  await assert.rejects(listening.play('b', () => Promise.reject(new Error('no'))))
  assert.equal(listening.get(), null)
})
