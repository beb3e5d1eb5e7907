/** Soft tones of our own, made with the browser's synthesiser. */
export type Sounds = {
  /** Rings until the result is called. `volume` from 0 to 1. */
  ring(volume: number): () => void
  /** Rings once, to judge the volume. */
  sample(volume: number): void
  /** A short tone: a new message. */
  message(volume: number): void
  /** Two falling notes: a call has ended. */
  ended(volume: number): void
}

type Note = { hz: number; atMs: number; lengthMs: number }

const ringNotes: readonly Note[] = [
  { hz: 659.3, atMs: 0, lengthMs: 420 },
  { hz: 783.99, atMs: 180, lengthMs: 420 },
  { hz: 987.77, atMs: 360, lengthMs: 720 },
]
const messageNotes: readonly Note[] = [{ hz: 880, atMs: 0, lengthMs: 260 }]
const endedNotes: readonly Note[] = [
  { hz: 587.33, atMs: 0, lengthMs: 240 },
  { hz: 440, atMs: 170, lengthMs: 420 },
]
const RING_EVERY_MS = 2_400
/** Peak of one note at full volume: present in an open-plan room, never shrill. */
const PEAK = 0.22

/** Makes the sounds of this page; silent where the browser has no synthesiser or wants a click first. */
export const createSounds = (): Sounds => {
  let context: AudioContext | null = null

  const open = () => {
    try {
      context ??= new AudioContext()
      if (context.state === 'suspended') void context.resume().catch(() => undefined)
      return context
    } catch {
      return null
    }
  }

  const play = (notes: readonly Note[], volume: number): (() => void) => {
    const usable = volume > 0 ? open() : null
    if (!usable) return () => undefined
    const out = usable.createGain()
    out.gain.value = volume * PEAK
    out.connect(usable.destination)
    for (const note of notes) {
      const start = usable.currentTime + note.atMs / 1000
      const end = start + note.lengthMs / 1000
      const shape = usable.createGain()
      shape.gain.setValueAtTime(0, start)
      shape.gain.linearRampToValueAtTime(1, start + 0.03)
      shape.gain.exponentialRampToValueAtTime(0.001, end)
      shape.connect(out)
      // A quiet octave above gives the tone its warmth.
      for (const [factor, level] of [
        [1, 1],
        [2, 0.18],
      ] as const) {
        const voice = usable.createOscillator()
        const part = usable.createGain()
        part.gain.value = level
        voice.frequency.value = note.hz * factor
        voice.connect(part).connect(shape)
        voice.start(start)
        voice.stop(end)
      }
    }
    return () => {
      out.gain.setTargetAtTime(0, usable.currentTime, 0.03)
    }
  }

  return {
    ring(volume) {
      let hush = play(ringNotes, volume)
      const timer = setInterval(() => {
        hush = play(ringNotes, volume)
      }, RING_EVERY_MS)
      return () => {
        clearInterval(timer)
        hush()
      }
    },
    sample: volume => void play(ringNotes, volume),
    message: volume => void play(messageNotes, volume * 0.7),
    ended: volume => void play(endedNotes, volume * 0.8),
  }
}
