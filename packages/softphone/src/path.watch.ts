import type { PeerLink } from './peer.link.ts'
import { compareSamples, type Quality, type QualitySample, readArrivals, readSample } from './quality.ts'
import type { SoftphoneEnvironment } from './softphone.environment.ts'

const SAMPLE_EVERY_MS = 1_000
/** Quality is told over this many samples, so that one lost packet does not colour it. */
const SAMPLES_COMPARED = 5
/** Samples in a row with nothing at all arriving, connectivity checks included, after which the path is dead. */
const DEAD_SAMPLES = 4

/** Watches over the path of a leg. */
export type PathWatch = {
  start(): void
  /** Forgets what was seen: the path is a new one. */
  reset(): void
  stop(): void
}

/** Samples the connection once a second: tells its quality, and when nothing comes any more. */
export function createPathWatch(options: {
  environment: Pick<SoftphoneEnvironment, 'setTimer' | 'clearTimer'>
  /** The link while it is connected; null else. */
  connectedLink: () => PeerLink | null
  onQuality: (quality: Quality) => void
  onDead: () => void
}): PathWatch {
  const { environment, connectedLink } = options
  let timer: unknown
  let samples: QualitySample[] = []
  let arrivals = 0
  let deadSamples = 0
  let stopped = false

  async function takeSample() {
    const link = connectedLink()
    if (!link) return
    const report = [...(await link.getStats())]
    if (connectedLink() !== link) return
    const sample = readSample(report)
    if (sample) {
      options.onQuality(compareSamples(samples[0] ?? null, sample))
      samples = [...samples, sample].slice(-SAMPLES_COMPARED)
    }
    const arrived = readArrivals(report)
    deadSamples = arrived === arrivals ? deadSamples + 1 : 0
    arrivals = arrived
    if (deadSamples >= DEAD_SAMPLES) options.onDead()
  }

  function sampleLater() {
    timer = environment.setTimer(() => {
      // Statistics of a connection that closes meanwhile are refused: nothing to tell then.
      void takeSample()
        .catch(() => undefined)
        .then(() => {
          if (!stopped) sampleLater()
        })
    }, SAMPLE_EVERY_MS)
  }

  return {
    start: sampleLater,
    reset() {
      samples = []
      deadSamples = 0
    },
    stop() {
      stopped = true
      environment.clearTimer(timer)
    },
  }
}
