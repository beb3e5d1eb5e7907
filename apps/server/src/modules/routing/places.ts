import type { Router, RoutingChange } from '@guichet/domain/routing'
import type { Clock } from '../../platform/index.ts'
import type { JobPlace, RoutedJob } from './routing.signals.ts'

/** The line moves for everybody at once: it is told at most this often per queue. */
const TELL_EVERY_MS = 500
/** Expected waits are told in steps of this, so that small changes make no noise. */
const WAIT_STEP_MS = 15_000

/** A waiting job's place as told; null when it does not wait. */
export function placeOf(router: Router, jobId: string): JobPlace | null {
  const place = router.position(jobId)
  if (place === undefined) return null
  const waitMs = router.expectedWaitMs(jobId)
  return {
    position: place.position,
    expectedWaitMs: waitMs === undefined ? null : Math.ceil(waitMs / WAIT_STEP_MS) * WAIT_STEP_MS,
  }
}

/** Follows the lines of all queues. */
export type Places = {
  /** Looks again at the queues that the changes touched. */
  changed(changes: readonly RoutingChange[]): void
  /** Notes what was told to somebody who has just joined the line. */
  told(jobId: string, place: JobPlace): void
  stop(): void
}

/** Tells waiting jobs their place when it changed since they were last told. */
export function createPlaces(deps: {
  clock: Clock
  router(): Router | null
  onPlaced(job: RoutedJob, place: JobPlace): void
}): Places {
  const { clock } = deps
  const last = new Map<string, JobPlace>()
  const timers = new Map<string, () => void>()

  function tell(queueId: string): void {
    timers.delete(queueId)
    const router = deps.router()
    if (router === null) return
    for (const job of router.line(queueId)) {
      const place = placeOf(router, job.id)
      if (place === null) continue
      const before = last.get(job.id)
      if (before?.position === place.position && before.expectedWaitMs === place.expectedWaitMs) continue
      last.set(job.id, place)
      deps.onPlaced(job as RoutedJob, place)
    }
  }

  return {
    changed(changes) {
      const queueIds = new Set<string>()
      for (const change of changes) {
        if ('job' in change) {
          queueIds.add(change.job.queueId)
          if (change.job.state !== 'queued') last.delete(change.job.id)
        } else if ('measure' in change) queueIds.add(change.measure.queueId)
      }
      for (const queueId of queueIds) {
        if (!timers.has(queueId))
          timers.set(
            queueId,
            clock.after(TELL_EVERY_MS, () => tell(queueId)),
          )
      }
    },
    told: (jobId, place) => void last.set(jobId, place),
    stop() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
    },
  }
}
