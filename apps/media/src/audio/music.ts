import { sampleRate } from './opus.ts'
import type { SoundStream } from './sound-stream.ts'

/** Chords as semitones above C2 (65.4 Hz): bass first, then the notes the arpeggio walks through. */
const progression = [
  [0, 16, 19, 23, 26],
  [9, 16, 21, 24, 28],
  [5, 16, 21, 24, 29],
  [7, 14, 21, 23, 26],
  [4, 14, 19, 23, 28],
  [9, 19, 24, 28, 31],
  [2, 17, 21, 24, 28],
  [7, 17, 19, 24, 26],
  [5, 17, 21, 24, 28],
  [4, 16, 19, 23, 28],
  [2, 14, 17, 21, 24],
  [7, 14, 19, 23, 26],
] as const

const chordSeconds = 4
const notesPerChord = 8
const steps = [1, 2, 3, 4, 3, 2, 4, 3] as const
const seed = 20_261_122

type Note = { start: number; length: number; step: number; level: number; attack: number; decay: number }

/** A small deterministic generator, so that every process plays the same piece. */
function createRandom(): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

function compose(): Note[] {
  const random = createRandom()
  const notes: Note[] = []
  progression.forEach((chord, index) => {
    const start = index * chordSeconds
    // Two tones of the chord, soft and long, under everything.
    for (const tone of [chord[0], chord[1], chord[3]]) {
      notes.push({ start, length: chordSeconds + 2.5, step: tone, level: 0.05, attack: 1.4, decay: 3.2 })
    }
    for (let i = 0; i < notesPerChord; i++) {
      if (i > 0 && random() < 0.2) continue
      const tone = chord[steps[i] as 1 | 2 | 3 | 4]
      notes.push({
        start: start + (i * chordSeconds) / notesPerChord + random() * 0.02,
        length: 3,
        step: tone + (random() < 0.15 ? 24 : 12),
        level: 0.045 + random() * 0.03,
        attack: 0.015,
        decay: 0.75,
      })
    }
  })
  return notes
}

/** Overtones of the instrument: soft, like a felt piano. */
const overtones = [
  [1, 1],
  [2, 0.22],
  [3, 0.06],
] as const

function renderNote(note: Note, startSample: number, out: Float32Array, from: number): void {
  const end = Math.min(out.length, startSample + Math.round(note.length * sampleRate) - from)
  const begin = Math.max(0, startSample - from)
  const hz = 65.406 * 2 ** (note.step / 12)
  for (const [multiple, share] of overtones) {
    const angle = (2 * Math.PI * hz * multiple) / sampleRate
    const factor = 2 * Math.cos(angle)
    let age = begin + from - startSample
    let before = Math.sin(angle * (age - 1))
    let value = Math.sin(angle * age)
    for (let i = begin; i < end; i++, age++) {
      const seconds = age / sampleRate
      const rise = Math.min(1, seconds / note.attack)
      const release = Math.min(1, (note.length - seconds) / 0.4)
      const fall = 1 / (1 + (seconds / note.decay) ** 2)
      out[i] = (out[i] as number) + value * note.level * share * rise * release * fall
      const next = factor * value - before
      before = value
      value = next
    }
  }
}

/** Seconds of the piece before it begins again. */
export const musicSeconds = progression.length * chordSeconds

/**
 * The built-in music on hold: slow arpeggios over soft chords, composed here and therefore free of rights.
 * Tails of the last notes sound into the beginning, so that the loop has no seam.
 */
export function createMusic(): SoundStream {
  const total = musicSeconds * sampleRate
  const notes = compose()
  let position = 0
  return {
    total,
    next(count) {
      const out = new Float32Array(Math.max(0, Math.min(count, total - position)))
      const end = position + out.length
      for (const note of notes) {
        const start = Math.round(note.start * sampleRate)
        const length = Math.round(note.length * sampleRate)
        for (const begin of [start, start - total]) {
          if (begin < end && begin + length > position) renderNote(note, begin, out, position)
        }
      }
      position = end
      return out
    },
  }
}
