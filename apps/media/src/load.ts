import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MediaLoad } from '@guichet/contract/media'
import type { Clock } from './clock.ts'

const resolutionMs = 5

/** Measures the process; each call covers the time since the last one of `every` period. */
export type LoadMeter = {
  read(size: Pick<MediaLoad, 'rooms' | 'legs' | 'playbacks' | 'mixedLegs'>): MediaLoad
}

/** Starts measuring. */
export function createLoadMeter(clock: Clock): LoadMeter {
  const startedAt = clock.now()
  const lag = monitorEventLoopDelay({ resolution: resolutionMs })
  lag.enable()
  let usage = process.cpuUsage()
  let readAt = startedAt

  return {
    read(size) {
      const now = clock.now()
      const spent = process.cpuUsage(usage)
      const elapsedMs = Math.max(1, now - readAt)
      const loopLagP99Ms = Math.max(0, lag.percentile(99) / 1e6 - resolutionMs)
      usage = process.cpuUsage()
      readAt = now
      lag.reset()
      return {
        ...size,
        cpuRatio: (spent.user + spent.system) / 1000 / elapsedMs,
        loopLagP99Ms: Number.isFinite(loopLagP99Ms) ? loopLagP99Ms : 0,
        rssBytes: process.memoryUsage.rss(),
        uptimeMs: now - startedAt,
      }
    },
  }
}
