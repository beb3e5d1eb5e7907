import { DomainError } from '@guichet/domain'
import {
  createRouter,
  type Router,
  type RoutingChange,
  type RoutingEvent,
  type RoutingRows,
} from '@guichet/domain/routing'
import type pg from 'pg'
import type { Clock, Ids, Log, UnitOfWork } from '../../platform/index.ts'
import { createLeadership } from './leadership.ts'
import { emitChanges } from './routing.events.ts'
import { createRoutingFacts, type RoutingFacts } from './routing.facts.ts'
import type { RoutingRepository } from './routing.repository.ts'
import { storeChanges } from './routing.store.ts'

/** How long an input waits for a router before it is refused; a database restart takes less. */
const WAIT_FOR_ROUTER_MS = 5_000
/** Inputs decided and stored together at most. */
const MAX_BATCH = 256

/** How the assignment that an input closes was wrapped up. */
export type WrapUp = { assignmentId: string; dispositionCode: string | null; note: string | null }

/** The pure router, alive: elected, durable, timed. */
export type RoutingEngine = {
  start(): void
  stop(): Promise<void>
  /**
   * Decides about an event and answers with its changes once they are stored.
   * @throws the router's own refusals; DomainError `unavailable` (retryable) when there is no router for 5 s.
   */
  submit(event: RoutingEvent, wrapUp?: WrapUp): Promise<readonly RoutingChange[]>
  /** The router for reading; null while another server leads or the database is away. */
  router(): Router | null
  /** Resolves when everything decided so far is stored; reads after it see nothing that could be taken back. */
  settled(): Promise<void>
  /** What open jobs are about, and who takes work from where; as of the last decision. */
  facts(): RoutingFacts | null
}

/** What the engine needs from outside. */
export type RoutingEngineDeps = {
  pool: pg.Pool
  uow: UnitOfWork
  repository: Pick<RoutingRepository, 'takeOver'>
  clock: Clock
  ids: Ids
  log: Log
  /** Rows to rebuild from. */
  loadRows(): Promise<RoutingRows>
  /** What has changed in the world while nobody routed. */
  catchUp(router: Router): Promise<RoutingEvent[]>
  /** Called after each stored batch, in order, before its inputs are answered. */
  onDecided(changes: readonly RoutingChange[], router: Router): void
  /** Called when a router has been rebuilt and has caught up. */
  onReady(router: Router): void
}

type Input = {
  event: RoutingEvent
  wrapUp: WrapUp | undefined
  resolve(changes: readonly RoutingChange[]): void
  reject(error: unknown): void
  cancelLimit(): void
}

/** @see RoutingEngine */
export function createRoutingEngine(deps: RoutingEngineDeps): RoutingEngine {
  const { clock, ids, log } = deps
  let pending: Input[] = []
  let router: Router | null = null
  let facts: RoutingFacts | null = null
  let epoch = ''
  let pumping: Promise<void> | null = null
  let cancelTimer = () => {}

  const leadership = createLeadership({
    pool: deps.pool,
    clock,
    log,
    async onElected() {
      await pumping
      epoch = await deps.repository.takeOver()
      const rows = await deps.loadRows()
      const rebuilt = createRouter({ newId: () => ids.uuid() }, rows)
      const missed = await deps.catchUp(rebuilt)
      facts = createRoutingFacts(rows)
      router = rebuilt
      log.info({ epoch, jobs: rows.jobs.length, workers: rows.workers.length }, 'router rebuilt')
      const waiting = pending
      pending = []
      const caughtUp = [...missed, { type: 'tick' } as const].map(event => submit(event))
      pending.push(...waiting)
      pump()
      await Promise.all(caughtUp)
      deps.onReady(rebuilt)
    },
    onLost() {
      router = null
      cancelTimer()
    },
  })

  function submit(event: RoutingEvent, wrapUp?: WrapUp): Promise<readonly RoutingChange[]> {
    return new Promise((resolve, reject) => {
      const input: Input = {
        event,
        wrapUp,
        resolve,
        reject,
        cancelLimit: clock.after(WAIT_FOR_ROUTER_MS, () => {
          pending = pending.filter(other => other !== input)
          reject(unavailable())
        }),
      }
      pending.push(input)
      pump()
    })
  }

  function pump(): void {
    if (pumping !== null || router === null || pending.length === 0) return
    pumping = drain().finally(() => {
      pumping = null
      pump()
    })
  }

  /** Decides and stores what waits, batch after batch: inputs that arrive during a write share the next one. */
  async function drain(): Promise<void> {
    while (pending.length > 0 && router !== null) {
      const batch = pending.slice(0, MAX_BATCH)
      pending = pending.slice(MAX_BATCH)
      for (const input of batch) input.cancelLimit()
      await decide(batch, router, facts as RoutingFacts)
    }
  }

  async function decide(batch: Input[], decider: Router, known: RoutingFacts): Promise<void> {
    const answers: (() => void)[] = []
    const changes: RoutingChange[] = []
    const wrapUps = new Map<string, WrapUp>()
    try {
      for (const { event, wrapUp, resolve, reject } of batch) {
        const result = decider.apply(event, clock.now())
        changes.push(...result.changes)
        const { rejection } = result
        if (wrapUp !== undefined && rejection === null) wrapUps.set(wrapUp.assignmentId, wrapUp)
        answers.push(() => (rejection === null ? resolve(result.changes) : reject(rejection)))
      }
      if (changes.length > 0) {
        await deps.uow.run(async ({ trx, emit }) => {
          await storeChanges(trx, epoch, changes, wrapUps)
          emitChanges(emit, changes, known, wrapUps)
        })
      }
    } catch (error) {
      // The memory is ahead of what is stored: it is thrown away and rebuilt.
      log.error({ err: error, inputs: batch.length }, 'decisions could not be stored; rebuilding the router')
      if (router === decider) {
        router = null
        leadership.stepDown()
      }
      for (const input of batch) input.reject(unavailable())
      return
    }
    if (changes.length > 0) {
      try {
        deps.onDecided(changes, decider)
      } catch (error) {
        log.error({ err: error }, 'listener of routing decisions failed')
      }
      known.forget(changes)
    }
    for (const answer of answers) answer()
    armTimer(decider)
  }

  function armTimer(decider: Router): void {
    cancelTimer()
    const dueAt = decider.nextTimerAt()
    if (dueAt === null || router !== decider) return
    cancelTimer = clock.after(Math.max(0, dueAt - clock.now()), () => {
      submit({ type: 'tick' }).catch(error => log.warn({ err: error }, 'routing timer came too early'))
    })
  }

  return {
    start: () => leadership.start(),
    async stop() {
      await pumping
      cancelTimer()
      for (const input of pending) {
        input.cancelLimit()
        input.reject(unavailable())
      }
      pending = []
      await leadership.stop()
    },
    submit,
    router: () => router,
    settled: async () => {
      await pumping
    },
    facts: () => facts,
  }
}

function unavailable(): DomainError {
  return new DomainError('unavailable', 'The queues are being taken over; try again', { retryable: true })
}
