import { availableParallelism, cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createRouter,
  defaultCapacity,
  defaultQueueSettings,
  type MemberRow,
  type QueueRow,
  type RoutingEvent,
  type RoutingResult,
  routingMethods,
  type WorkerRow,
} from '@guichet/domain/routing'

/** Conditions of the run; `docs/benchmarks.md` quotes the output. */
const conditions = {
  agents: 10_000,
  queues: 1_000,
  queuesPerAgent: 5,
  events: 300_000,
  warmUpEvents: 100_000,
  chatShare: 0.3,
  selectorShare: 0.25,
  occupancy: 0.9,
  meanWorkMs: 180_000,
  meanAnswerMs: 5_000,
  declineShare: 0.05,
  missShare: 0.02,
  abandonShare: 0.03,
  reactionMs: 300,
  seed: 20_261_122,
}

function createDice(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    below: (limit: number) => Math.floor(next() * limit),
    chance: (share: number) => next() < share,
    exponential: (mean: number) => -mean * Math.log(1 - next()),
  }
}

const dice = createDice(conditions.seed)

function makeRows() {
  const queues: QueueRow[] = Array.from({ length: conditions.queues }, (_, index) => ({
    ...defaultQueueSettings,
    id: `queue-${index}`,
    name: `Queue ${index}`,
    routingMethod: routingMethods[index % routingMethods.length] ?? 'attendant',
    overflowThreshold: null,
  }))
  const workers: WorkerRow[] = Array.from({ length: conditions.agents }, (_, index) => ({
    id: `agent-${index}`,
    labels: { language: index % 2 === 0 ? ['fr', 'en'] : ['en'] },
    ...defaultCapacity,
    presence: 'available',
    presenceReason: null,
    connected: true,
    missedOffers: 0,
    availableSince: index,
  }))
  const members: MemberRow[] = workers.flatMap((worker, index) => {
    const queueIds = new Set<string>()
    while (queueIds.size < conditions.queuesPerAgent) queueIds.add(`queue-${dice.below(conditions.queues)}`)
    return [...queueIds].map(queueId => ({
      queueId,
      workerId: worker.id,
      order: index,
      optedIn: true,
      handled: 0,
      lastAssignedAt: null,
    }))
  })
  return { queues, workers, members }
}

/** Future events of the simulated world, first one first; ties in no particular order. */
function createAgenda() {
  const heap: { at: number; event: RoutingEvent }[] = []
  return {
    nextAt: () => heap[0]?.at ?? Number.POSITIVE_INFINITY,
    add(at: number, event: RoutingEvent) {
      let index = heap.length
      heap.push({ at, event })
      while (index > 0) {
        const parent = (index - 1) >> 1
        const above = heap[parent] as { at: number; event: RoutingEvent }
        if (above.at <= at) break
        heap[index] = above
        index = parent
      }
      heap[index] = { at, event }
    },
    take(): RoutingEvent {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined) throw new Error('nothing on the agenda')
      if (heap.length === 0) return first.event
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= heap.length) break
        const right = heap[child + 1]
        if (right !== undefined && right.at < (heap[child]?.at ?? 0)) child += 1
        const below = heap[child] as { at: number; event: RoutingEvent }
        if (below.at >= last.at) break
        heap[index] = below
        index = child
      }
      heap[index] = last
      return first.event
    },
  }
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const rows = makeRows()
type Scripted = { readonly event: RoutingEvent; readonly at: number }

/** A day at the desk: people react to what the router decides; each event is timed and kept. */
function simulate() {
  let ids = 0
  const restoreStart = performance.now()
  const router = createRouter({ newId: () => `id-${++ids}` }, rows)
  const restoreMs = performance.now() - restoreStart

  const agenda = createAgenda()
  // Offers no longer shown, and when they went: nobody clicks on them later than `reactionMs`.
  const goneAt = new Map<string, number>()
  const meanBetweenArrivalsMs = conditions.meanWorkMs / (conditions.agents * conditions.occupancy)
  let jobs = 0
  let now = 1_000_000

  function scheduleArrival(): void {
    jobs += 1
    const voice = !dice.chance(conditions.chatShare)
    agenda.add(now + dice.exponential(meanBetweenArrivalsMs), {
      type: 'job.enqueued',
      jobId: `job-${jobs}`,
      queueId: `queue-${dice.below(conditions.queues)}`,
      channel: voice ? 'voice' : 'chat',
      priority: 1 + dice.below(5),
      selectors: dice.chance(conditions.selectorShare)
        ? [{ key: 'language', operator: 'equal', value: 'fr' }]
        : [],
    })
  }

  // Whether the click comes after the toast has gone.
  function isPointless(event: RoutingEvent, at: number): boolean {
    if (event.type !== 'offer.accepted' && event.type !== 'offer.declined') return false
    const gone = goneAt.get(event.offerId)
    goneAt.delete(event.offerId)
    return gone !== undefined && at - gone > conditions.reactionMs
  }

  // People's reactions to what the router decided.
  function react(event: RoutingEvent, { changes }: RoutingResult): void {
    if (event.type === 'job.enqueued') {
      scheduleArrival()
      if (dice.chance(conditions.abandonShare)) {
        agenda.add(now + dice.exponential(30_000), { type: 'job.cancelled', jobId: event.jobId })
      }
    }
    for (const change of changes) {
      if (change.type === 'offer.revoked' || change.type === 'offer.expired') goneAt.set(change.offer.id, now)
      else if (change.type === 'offer.issued') {
        const { id: offerId, workerId } = change.offer
        if (dice.chance(conditions.missShare)) continue
        const type = dice.chance(conditions.declineShare) ? 'offer.declined' : 'offer.accepted'
        agenda.add(now + dice.exponential(conditions.meanAnswerMs), { type, offerId, workerId })
      } else if (change.type === 'job.assigned') {
        const { id: assignmentId } = change.assignment
        agenda.add(now + dice.exponential(conditions.meanWorkMs), {
          type: 'assignment.completed',
          assignmentId,
        })
      } else if (change.type === 'worker.updated' && change.worker.presenceReason !== null) {
        const { id: workerId } = change.worker
        agenda.add(now + 60_000, { type: 'worker.presenceSet', workerId, presence: 'available' })
      }
    }
  }

  const total = conditions.warmUpEvents + conditions.events
  const script: Scripted[] = []
  const eventUs = new Float64Array(conditions.events)
  const decisionUs: number[] = []
  const counts = new Map<string, number>()
  let changeCount = 0
  let refused = 0
  scheduleArrival()
  for (let done = 0; done < total; done += 1) {
    const timerAt = router.nextTimerAt() ?? Number.POSITIVE_INFINITY
    let at = agenda.nextAt()
    let event: RoutingEvent = timerAt <= at ? { type: 'tick' } : agenda.take()
    while (isPointless(event, at)) {
      at = agenda.nextAt()
      event = timerAt <= at ? { type: 'tick' } : agenda.take()
    }
    now = Math.max(now, Math.min(timerAt, at))
    script.push({ event, at: now })
    const start = performance.now()
    const result = router.apply(event, now)
    const tookMs = performance.now() - start
    react(event, result)
    if (done < conditions.warmUpEvents) continue
    eventUs[done - conditions.warmUpEvents] = tookMs * 1_000
    changeCount += result.changes.length
    if (result.rejection !== null) refused += 1
    if (result.changes.some(({ type }) => type === 'offer.issued')) decisionUs.push(tookMs * 1_000)
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1)
  }

  let waiting = 0
  let ready = 0
  for (const { id } of rows.queues) {
    const statistics = router.queueStatistics(id, now)
    waiting += statistics?.waiting ?? 0
    ready += statistics?.ready.voice ?? 0
  }
  return {
    script,
    ids,
    restoreMs,
    eventUs: eventUs.sort(),
    decisionUs: Float64Array.from(decisionUs).sort(),
    counts,
    changeCount,
    refused,
    waiting,
    ready,
  }
}

/** Frees the simulated world, so that the replay pays only for its own garbage. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** The same events again, into a fresh router and without the simulated world, for the throughput. */
function replay({ script, ids }: { script: readonly Scripted[]; ids: number }) {
  const before = process.memoryUsage().heapUsed
  let replayIds = 0
  const fresh = createRouter({ newId: () => `id-${++replayIds}` }, rows)
  for (const { event, at } of script.slice(0, conditions.warmUpEvents)) fresh.apply(event, at)
  const measured = script.slice(conditions.warmUpEvents)
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  for (const { event, at } of measured) fresh.apply(event, at)
  const wallMs = performance.now() - start
  const cpu = process.cpuUsage(cpuBefore)
  if (replayIds !== ids) throw new Error('the replay decided differently')
  collectGarbage()
  // Asking the router for something keeps it from being collected before it is weighed.
  const withRouter = process.memoryUsage().heapUsed
  return {
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1_000,
    heapMb: (withRouter - before) / 1e6,
    nextTimerAt: fresh.nextTimerAt(),
  }
}

const { script, ids, ...measured } = simulate()
collectGarbage()
const { wallMs, cpuMs, heapMb } = replay({ script, ids })
const { eventUs, decisionUs, counts, changeCount, refused, waiting, ready, restoreMs } = measured
const us = (value: number) => `${value.toFixed(1)} µs`
const figures = (sorted: Float64Array) =>
  `p50 ${us(percentile(sorted, 0.5))}, p99 ${us(percentile(sorted, 0.99))}, p99.9 ${us(percentile(sorted, 0.999))}, max ${us(percentile(sorted, 1))}`

console.log(
  `router: ${conditions.agents} agents, ${conditions.queues} queues, ${rows.members.length} memberships`,
)
console.log(
  `machine: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.version}`,
)
console.log(`conditions: ${JSON.stringify(conditions)}`)
console.log(
  `at the end: ${waiting} waiting, ${(ready / conditions.queues).toFixed(1)} ready members per queue`,
)
console.log(
  `rebuilt from rows in ${restoreMs.toFixed(0)} ms, the router holds ${heapMb.toFixed(0)} MB at the end`,
)
const perSecond = (ms: number) => Math.round(conditions.events / (ms / 1_000))
console.log(
  `events/s: ${perSecond(wallMs)} by the clock, ${perSecond(cpuMs)} per second of processor (with GC threads)`,
)
console.log(`per event: ${figures(eventUs)}`)
console.log(`per event that issues offers (${decisionUs.length}): ${figures(decisionUs)}`)
console.log(`changes per event: ${(changeCount / conditions.events).toFixed(2)}, refused: ${refused}`)
console.log(`mix: ${JSON.stringify(Object.fromEntries(counts))}`)
