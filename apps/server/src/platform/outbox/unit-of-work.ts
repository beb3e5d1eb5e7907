import type { DomainEventName, DomainEvents, EventEnvelope } from '@guichet/contract'
import type { Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import type { Metrics } from '../metrics.ts'
import type { Database, PlatformTables } from '../postgres/database.ts'
import type { Bus } from './bus.ts'

/** Says that something became true; written to the outbox with the transaction. */
export type Emit = <N extends DomainEventName>(
  name: N,
  payload: DomainEvents[N],
  causationId?: string,
) => void

export type Work = {
  trx: Transaction<PlatformTables>
  emit: Emit
  /** Runs after the commit, before events are published: for effects outside the database. */
  afterCommit(action: () => void): void
}

/** Runs state changes and their events in one transaction; events reach the bus once it is committed. */
export type UnitOfWork = {
  run<T>(action: (work: Work) => Promise<T>): Promise<T>
}

/** @source ADR on the outbox */
export function createUnitOfWork(deps: {
  db: Database
  bus: Bus
  clock: Clock
  ids: Ids
  metrics: Metrics
}): UnitOfWork {
  const { db, bus, clock, ids, metrics } = deps
  return {
    async run(action) {
      const events: EventEnvelope[] = []
      const after: (() => void)[] = []
      const emit: Emit = (name, payload, causationId) => {
        events.push(makeEvent(name, payload, clock, ids, causationId))
      }
      const result = await db.transaction().execute(async trx => {
        const value = await action({ trx, emit, afterCommit: effect => after.push(effect) })
        if (events.length > 0) await trx.insertInto('outbox').values(events.map(toOutboxRow)).execute()
        return value
      })
      for (const effect of after) effect()
      for (const event of events) metrics.outboxEvents.inc({ name: event.name })
      if (events.length > 0) bus.publish(events)
      return result
    },
  }
}

/** Builds the envelope of an event that becomes true now. */
export function makeEvent<N extends DomainEventName>(
  name: N,
  payload: DomainEvents[N],
  clock: Clock,
  ids: Ids,
  causationId?: string,
): EventEnvelope {
  return {
    id: ids.uuid(),
    name,
    version: 1,
    occurredAt: new Date(clock.now()).toISOString(),
    causationId: causationId ?? null,
    payload,
  } as unknown as EventEnvelope
}

/** The outbox row of an envelope. */
export function toOutboxRow(event: EventEnvelope) {
  const ids = event.payload as { conversationId?: string; callId?: string | null }
  return {
    id: event.id,
    name: event.name,
    version: event.version,
    occurredAt: new Date(event.occurredAt),
    causationId: event.causationId,
    conversationId: ids.conversationId ?? null,
    callId: ids.callId ?? null,
    payload: JSON.stringify(event.payload),
  }
}
