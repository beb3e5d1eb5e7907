import type { SoundName } from '../model/more.code.ts'

/** One note: frequency in hertz, start and length in milliseconds. */
type Note = readonly [hz: number, atMs: number, lengthMs: number]

const melodies: Readonly<Record<Exclude<SoundName, 'silence'>, readonly Note[]>> = {
  message: [
    [783.99, 0, 200],
    [1046.5, 110, 320],
  ],
  ringing: [
    [523.25, 0, 500],
    [659.25, 220, 700],
  ],
  ended: [
    [587.33, 0, 240],
    [440, 170, 420],
  ],
}
const RING_EVERY_MS = 2_600
/** Peak of one note: heard beside music, never startling. */
const PEAK = 0.12

/** Soft tones made with the browser's synthesiser; silent where there is none, or where it wants a click first. */
export function createSounds(openContext: () => AudioContext = () => new AudioContext()) {
  let context: AudioContext | null = null
  let hush: (() => void) | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  function play(notes: readonly Note[]): void {
    try {
      context ??= openContext()
    } catch {
      return
    }
    const { currentTime, destination } = context
    if (context.state === 'suspended') void context.resume().catch(() => undefined)
    const out = context.createGain()
    out.gain.value = PEAK
    out.connect(destination)
    hush = () => out.gain.setTargetAtTime(0, context?.currentTime ?? 0, 0.03)
    for (const [hz, atMs, lengthMs] of notes) {
      const start = currentTime + atMs / 1000
      const end = start + lengthMs / 1000
      const voice = context.createOscillator()
      const shape = context.createGain()
      voice.frequency.value = hz
      shape.gain.setValueAtTime(0, start)
      shape.gain.linearRampToValueAtTime(1, start + 0.03)
      shape.gain.exponentialRampToValueAtTime(0.001, end)
      voice.connect(shape).connect(out)
      voice.start(start)
      voice.stop(end)
    }
  }

  return {
    /** Plays a sound; `ringing` goes on until the next one other than a message. */
    play(name: SoundName): void {
      if (name !== 'message') {
        if (timer !== undefined) hush?.()
        clearInterval(timer)
        timer = undefined
      }
      if (name === 'silence') return
      play(melodies[name])
      if (name === 'ringing') timer = setInterval(() => play(melodies.ringing), RING_EVERY_MS)
    },
  }
}
