import type { AssignmentId, WorkerId } from '@guichet/domain'
import type { RoutingRows, WorkerRow } from '@guichet/domain/routing'
import type pg from 'pg'
import {
  type Bus,
  type Clock,
  type Consumer,
  type Database,
  type Ids,
  type Log,
  type Metrics,
  type SocketHub,
  startConsumer,
  type UnitOfWork,
} from '../../platform/index.ts'
import type { QueuesService } from '../queues/index.ts'
import { createConsoles } from './consoles.ts'
import { createHandlingService } from './handling.service.ts'
import { createHandoffConsumer, handoffEvents } from './handoff.consumer.ts'
import { createPlaces, placeOf } from './places.ts'
import { createRoutingAnnouncer, type RoutingAnnouncer } from './routing.announcer.ts'
import { createRoutingDirectory, type RoutingDirectory } from './routing.directory.ts'
import { createRoutingEngine } from './routing.engine.ts'
import type { RoutingConversationsPort, RoutingStaffPort } from './routing.ports.ts'
import { createRoutingRepository, type RoutingRepository } from './routing.repository.ts'
import { catchUpEvents, createRoutingService, type RoutingService } from './routing.service.ts'
import { type JobSignal, type RoutedJob, toSignal } from './routing.signals.ts'

/** Another server may be leading: this one starts anyway, and takes over when it can. */
const START_LIMIT_MS = 3_000

/** The front door of routing. */
export type RoutingModule = RoutingService & {
  directory: RoutingDirectory
  /** Follows what happens to jobs, in order, after it is stored. */
  onSignal(listener: (signal: JobSignal) => void): void
  /** Called whenever a router has been rebuilt: what was missed meanwhile can be looked up now. */
  onReady(listener: () => void): void
  /** Resolves when the conversation has been told who handles it. */
  conversationSettled: ReturnType<typeof createHandlingService>['settled']
  /** The thread that whoever took the work has just joined. */
  threadOf: ReturnType<typeof createHandlingService>['threadOf']
  putWrapUpCodes: RoutingRepository['putWrapUpCodes']
  register(doors: { hub: SocketHub }): void
  start(): Promise<void>
  stop(): Promise<void>
}

/** What routing is built on. */
export type RoutingModuleDeps = {
  db: Database
  pool: pg.Pool
  bus: Bus
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  queues: QueuesService
  staff: RoutingStaffPort
  conversations: RoutingConversationsPort
}

/** The single writer that brings jobs and people together, with all that keeps it informed. */
export function createRoutingModule(deps: RoutingModuleDeps): RoutingModule {
  const { bus, clock, log } = deps
  const repository = createRoutingRepository(deps.db)
  const directory = createRoutingDirectory(deps)
  const presences = new Map<string, number>()
  const lastPresence = new Map<string, string>()
  const listeners: ((signal: JobSignal) => void)[] = []
  const readyListeners: (() => void)[] = []
  let announcer: RoutingAnnouncer | null = null
  let consumer: Consumer | null = null
  const stopListening: (() => void)[] = []

  const consoles = createConsoles({
    clock,
    onConnected: workerId => tellRouter(workerId, 'worker.connected'),
    onDisconnected: workerId => tellRouter(workerId, 'worker.disconnected'),
    onGone: workerId => announcer?.workerChanged(workerId),
    onAbandoned: workerId => void releaseChats(workerId),
  })

  const engine = createRoutingEngine({
    ...deps,
    repository,
    async loadRows(): Promise<RoutingRows> {
      await directory.refresh()
      for (const [workerId, since] of await repository.presenceSince())
        presences.set(workerId, since.getTime())
      const rows = await repository.load(directory.queues())
      for (const worker of rows.workers) lastPresence.set(worker.id, worker.presence)
      return rows
    },
    catchUp: async router => catchUpEvents(router, directory, consoles.isConnected),
    onDecided(changes, router) {
      for (const change of changes) if (change.type === 'worker.updated') notePresence(change.worker)
      announcer?.decided(changes)
      for (const change of changes) {
        const signal = toSignal(change, jobId => placeOf(router, jobId))
        if (signal === null) continue
        if (signal.kind === 'queued') places.told(signal.job.id, signal.place)
        tell(signal)
      }
      places.changed(changes)
    },
    onReady(router) {
      for (const job of router.snapshot().jobs) {
        handling.reconcile(job as RoutedJob, engine.facts()?.assignmentOf(job.id) ?? null)
      }
      for (const listener of readyListeners) listener()
    },
  })
  const service = createRoutingService({
    engine,
    repository,
    directory,
    queues: deps.queues,
    consoles: () => consoles,
    presences,
    clock,
  })
  const handling = createHandlingService({ ...deps, routing: service, directory })
  listeners.push(handling.signal)
  const places = createPlaces({
    clock,
    router: engine.router,
    onPlaced: (job, place) => tell({ kind: 'placed', job, place }),
  })

  function notePresence({ id, presence }: WorkerRow): void {
    if (lastPresence.get(id) !== presence) presences.set(id, clock.now())
    lastPresence.set(id, presence)
  }

  function tell(signal: JobSignal): void {
    for (const listener of listeners) {
      try {
        listener(signal)
      } catch (error) {
        log.error({ err: error, kind: signal.kind }, 'listener of jobs failed')
      }
    }
  }

  function tellRouter(workerId: string, type: 'worker.connected' | 'worker.disconnected'): void {
    engine.submit({ type, workerId }).catch(error => {
      // Without a router nothing is lost: it asks who is connected when it is rebuilt.
      log.debug({ err: error, workerId }, 'router did not hear of a console')
    })
  }

  /** Chats of an agent who does not come back are waited for by visitors: they go to somebody else. */
  async function releaseChats(workerId: string): Promise<void> {
    for (const assignment of service.assignmentsOf(workerId as WorkerId)) {
      if (assignment.channel !== 'chat' || assignment.state !== 'active') continue
      await service
        .unassign(assignment.id as AssignmentId)
        .catch(error => log.warn({ err: error, workerId }, 'chat of a lost agent could not be released'))
    }
  }

  /** Takes up changes of queues or people made in the consoles. */
  async function followSettings(): Promise<void> {
    await directory.refresh()
    const router = engine.router()
    if (router === null) return
    const allowed = new Set<string>(directory.workers().map(member => member.id))
    for (const event of catchUpEvents(router, directory, consoles.isConnected)) await engine.submit(event)
    for (const { id, presence } of router.snapshot().workers) {
      if (allowed.has(id) || presence === 'offline') continue
      await engine.submit({ type: 'worker.presenceSet', workerId: id, presence: 'offline' })
    }
  }

  return {
    ...service,
    directory,
    onSignal: listener => void listeners.push(listener),
    onReady: listener => void readyListeners.push(listener),
    conversationSettled: handling.settled,
    threadOf: handling.threadOf,
    putWrapUpCodes: repository.putWrapUpCodes,
    register({ hub }) {
      announcer = createRoutingAnnouncer({
        hub,
        service,
        directory,
        contextOf: jobId => engine.facts()?.contextOf(jobId),
        clock,
        log,
        metrics: deps.metrics,
      })
      hub.onConnect(connection => {
        if (connection.principal.kind === 'staff') {
          consoles.opened(connection.principal.workerId, connection.id)
        }
      })
      hub.onDisconnect(connection => {
        if (connection.principal.kind === 'staff') {
          consoles.closed(connection.principal.workerId, connection.id)
        }
      })
    },
    async start() {
      await directory.refresh()
      const ready = new Promise<void>(resolve => readyListeners.push(resolve))
      engine.start()
      let following = Promise.resolve()
      stopListening.push(
        bus.on(['queue.updated', 'staff.changed'], () => {
          following = following
            .then(followSettings)
            .catch(error => log.warn({ err: error }, 'router did not take up a change of settings'))
        }),
      )
      consumer = startConsumer(deps, {
        consumer: 'routing.handoff',
        names: handoffEvents,
        handle: createHandoffConsumer({ ...deps, routing: service, handling, repository }),
      })
      await Promise.race([ready, new Promise<void>(resolve => clock.after(START_LIMIT_MS, resolve))])
    },
    async stop() {
      for (const stop of stopListening) stop()
      await consumer?.stop()
      places.stop()
      announcer?.stop()
      consoles.stop()
      await engine.stop()
    },
  }
}
