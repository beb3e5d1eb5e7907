import type { Page } from 'playwright-core'

/** How loud one frequency is in a received sound, in dB (0 is full scale; silence is below −100). */
export type Loudness = Readonly<Record<number, number>>

/**
 * Functions that `installSoundTools` puts on the page as `window.soundTools`:
 * `toneTrack(hz)` makes a microphone that plays a tone, `listen(name, track)` starts analysing a received
 * track, `loudness(name, frequencies)` and `peak(name)` tell what is heard at this moment.
 */
export async function installSoundTools(page: Page): Promise<void> {
  await page.evaluate(soundToolsScript)
}

const soundToolsScript = `(() => {
  if (window.soundTools) return
  const context = new AudioContext({ sampleRate: 48000 })
  const analysers = new Map()
  const spectrum = name => {
    const analyser = analysers.get(name)
    if (!analyser) throw new Error('nobody listens to ' + name)
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    return bins
  }
  const hzPerBin = 48000 / 8192
  window.soundTools = {
    context,
    toneTrack(hz, gain = 0.5) {
      const oscillator = context.createOscillator()
      const level = context.createGain()
      const out = context.createMediaStreamDestination()
      oscillator.frequency.value = hz
      level.gain.value = gain
      oscillator.connect(level).connect(out)
      oscillator.start()
      return out.stream.getAudioTracks()[0]
    },
    listen(name, track) {
      // Chrome only decodes a received track that some element plays.
      const element = new Audio()
      const stream = new MediaStream([track])
      element.srcObject = stream
      element.muted = true
      element.play()
      const analyser = context.createAnalyser()
      analyser.fftSize = 8192
      analyser.smoothingTimeConstant = 0
      context.createMediaStreamSource(stream).connect(analyser)
      analysers.set(name, analyser)
      analyser.keep = element
    },
    loudness(name, frequencies) {
      const bins = spectrum(name)
      return Object.fromEntries(frequencies.map(hz => {
        const at = Math.round(hz / hzPerBin)
        const level = Math.max(...bins.slice(Math.max(0, at - 2), at + 3))
        return [hz, Number.isFinite(level) ? level : -200]
      }))
    },
    peak(name) {
      const bins = spectrum(name)
      let best = 1
      for (let i = 2; i < bins.length; i++) if (bins[i] > bins[best]) best = i
      return { hz: best * hzPerBin, level: Number.isFinite(bins[best]) ? bins[best] : -200 }
    },
  }
})()`

/** Loudness of each frequency in what `name` hears now. */
export async function loudness(page: Page, name: string, frequencies: readonly number[]): Promise<Loudness> {
  return page.evaluate(`soundTools.loudness(${JSON.stringify(name)}, ${JSON.stringify(frequencies)})`)
}

/** The loudest frequency in what `name` hears now. */
export async function peak(page: Page, name: string): Promise<{ hz: number; level: number }> {
  return page.evaluate(`soundTools.peak(${JSON.stringify(name)})`)
}

/** Frequencies that must be heard and ones that must not; beyond `audibleAbove` dB a frequency is heard. */
export type Expected = {
  heard?: readonly number[]
  absent?: readonly number[]
  audibleAbove?: number
  silentBelow?: number
  timeoutMs?: number
}

/**
 * Waits until `name` hears exactly what is expected, twice in a row, 150 ms apart.
 * @throws Error with the last loudness when that does not come to be within the time limit (15 s).
 */
export async function waitForSound(page: Page, name: string, expected: Expected): Promise<Loudness> {
  const { heard = [], absent = [], audibleAbove = -45, silentBelow = -55, timeoutMs = 15_000 } = expected
  const frequencies = [...heard, ...absent]
  const until = performance.now() + timeoutMs
  let last: Loudness = {}
  let inARow = 0
  while (performance.now() < until) {
    last = await loudness(page, name, frequencies)
    const fits =
      heard.every(hz => (last[hz] ?? -200) > audibleAbove) &&
      absent.every(hz => (last[hz] ?? 0) < silentBelow)
    inARow = fits ? inARow + 1 : 0
    if (inARow === 2) return last
    await new Promise(resolve => setTimeout(resolve, 150))
  }
  throw new Error(
    `${name} should hear ${heard.join(', ') || 'nothing'} and not ${absent.join(', ') || '-'}; levels in dB: ${JSON.stringify(last)}`,
  )
}
