import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { createSounds } from './sounds.ts'

/** A synthesiser that writes down its notes, in hertz, and how often it was hushed. */
function fakeSynthesiser() {
  const notes: number[] = []
  let hushed = 0
  const parameter = () => ({
    value: 0,
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    exponentialRampToValueAtTime() {},
    setTargetAtTime: () => {
      hushed += 1
    },
  })
  const node = () => ({ connect: (next: unknown) => next, gain: parameter() })
  const context = {
    currentTime: 0,
    state: 'running',
    destination: {},
    createGain: node,
    createOscillator() {
      const frequency = parameter()
      return { ...node(), frequency, start: () => notes.push(Math.round(frequency.value)), stop() {} }
    },
  }
  return { notes, hushed: () => hushed, open: () => context as unknown as AudioContext }
}

describe('sounds of the widget', () => {
  it('rings until something else is to be heard; a message leaves the ringing alone', context => {
    context.mock.timers.enable({ apis: ['setInterval'] })
    const synthesiser = fakeSynthesiser()
    const { play } = createSounds(synthesiser.open)
    play('ringing')
    context.mock.timers.tick(2_600)
    assert.deepEqual(synthesiser.notes, [523, 659, 523, 659])
    play('message')
    assert.equal(synthesiser.hushed(), 0)
    context.mock.timers.tick(2_600)
    assert.deepEqual(synthesiser.notes.slice(4), [784, 1047, 523, 659])
    play('ended')
    assert.equal(synthesiser.hushed(), 1)
    context.mock.timers.tick(10_000)
    assert.deepEqual(synthesiser.notes.slice(8), [587, 440])
    play('silence')
    assert.equal(synthesiser.notes.length, 10)
  })

  it('is silent where there is no synthesiser', () => {
    const open = mock.fn((): AudioContext => {
      throw new Error('none')
    })
    const { play } = createSounds(open)
    play('message')
    play('silence')
    assert.equal(open.mock.callCount(), 1)
  })
})
