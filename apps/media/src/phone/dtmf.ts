/** Frequencies of the rows and columns of the keypad. @source ITU-T Q.23 §6 */
export const rowHz = [697, 770, 852, 941] as const
export const columnHz = [1209, 1336, 1477, 1633] as const
const keypad = ['123A', '456B', '789C', '*0#D'] as const

/** The two tones of a key, or `undefined` when there is no such key. */
export function tonesOf(digit: string): readonly [number, number] | undefined {
  for (const [row, keys] of keypad.entries()) {
    const column = keys.indexOf(digit)
    if (column >= 0 && digit.length === 1) return [rowHz[row] as number, columnHz[column] as number]
  }
  return undefined
}

/** Amplitude of each tone: about −8 dBm0, in the middle of what is allowed. @source ITU-T Q.24 table A-1 */
const toneAmplitude = 9_000
const fadeSamples = 96

/** One frame of 20 ms at 48 kHz of a key's tone, `frame` frames after it began; the first fades in. */
export function toneFrame(digit: string, frame: number): Int16Array {
  const tones = tonesOf(digit) ?? [0, 0]
  const samples = new Int16Array(960)
  for (let i = 0; i < samples.length; i++) {
    const at = frame * 960 + i
    const fade = Math.min(1, at / fadeSamples)
    const angle = (2 * Math.PI * at) / 48_000
    samples[i] = Math.round(fade * toneAmplitude * (Math.sin(tones[0] * angle) + Math.sin(tones[1] * angle)))
  }
  return samples
}

/** The key that a row and a column make. */
export function keyAt(row: number, column: number): string {
  return (keypad[row] as string)[column] as string
}
