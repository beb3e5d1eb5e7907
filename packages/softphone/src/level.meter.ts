/** Loudness of one stream. */
export type LevelMeter = {
  /** Loudness now, 0 (silence) to 1 (as loud as can be). */
  read(): number
  dispose(): void
}

/** Loudness of samples from -1 to 1, on a scale where ordinary speech is around the middle. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  // −60 dB and below is silence.
  return rms === 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(rms)) / 60))
}

/** Listens in on a stream without playing it. */
export function createLevelMeter(context: AudioContext, stream: MediaStream): LevelMeter {
  const source = context.createMediaStreamSource(stream)
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  const samples = new Float32Array(analyser.fftSize)
  source.connect(analyser)
  return {
    read() {
      analyser.getFloatTimeDomainData(samples)
      return loudness(samples)
    },
    dispose: () => source.disconnect(),
  }
}
