import type { DomainEventName, EventEnvelope } from '@guichet/contract'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Database } from '../postgres/database.ts'
import type { Bus } from './bus.ts'

export type ConsumerOptions<N extends DomainEventName> = {
  /** Names the cursor; never reuse one for other work. */
  consumer: string
  names: readonly N[]
  /** Must be idempotent by event id: after a crash the last events come again. */
  handle(event: EventEnvelope<N>): Promise<void>
  batchSize?: number
  /**
   * Events of different keys are handled at the same time, those of one key in order; everything in order when
   * left out.
   */
  keyOf?(event: EventEnvelope<N>): string
}

/** A running consumer. */
export type Consumer = { stop(): Promise<void> }

const POLL_MS = 1_000
const RETRY_LIMIT = 5
const RETRY_BASE_MS = 200
/** How often the place is stored while events come, and while only others do. */
const STORE_MS = 250
const STORE_IDLE_MS = 30_000
/** Two reads begin at least this far apart, so that a stream of events is read in batches. */
const MIN_INTERVAL_MS = 8
/** An event just published may hide behind an older running transaction: look again this soon, this often. */
const HIDDEN_RETRY_MS = 15
const HIDDEN_RETRIES = 20

/**
 * Follows the outbox durably, in commit order, from where it stopped last time; woken by the bus, polling as a
 * safety net. An event that fails five times is logged and passed over, so that one bad event cannot stop the rest.
 * @source ADR on the outbox: rows are read below `pg_snapshot_xmin`, so that a late commit is never skipped.
 */
export function startConsumer<N extends DomainEventName>(
  deps: { db: Database; bus: Bus; clock: Clock; log: Log },
  options: ConsumerOptions<N>,
): Consumer {
  const { db, bus, clock, log } = deps
  const batchSize = options.batchSize ?? 200
  let stopped = false
  let wanted = true
  let hiddenRetries = 0
  /** Events that were published here and have not been read yet. */
  const awaited = new Set<string>()
  let running: Promise<void> | null = null
  /** Everything up to here is dealt with; null until the stored place is read. */
  let place: Place | null = null
  let storedPlace: Place | null = null
  let handledSinceStored = false
  let storedAt = Number.NEGATIVE_INFINITY
  let scheduled = false
  let drainedAt = Number.NEGATIVE_INFINITY

  async function readPlace(): Promise<Place> {
    const { rows } = await sql<Place>`
      select txid::text, position::text from outbox_cursors where consumer = ${options.consumer}`.execute(db)
    return rows[0] ?? { txid: '0', position: '0' }
  }

  /** The next events, and the transaction below which nothing can appear any more. */
  async function readBatch({ txid, position }: Place): Promise<{ rows: OutboxRow[]; horizon: string }> {
    const { rows } = await sql<OutboxRow & { horizon: string }>`
      with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as txid)
      select h.txid::text as horizon, o.*
      from horizon h left join lateral (
        select txid::text, position::text, id, name, version, occurred_at, causation_id, payload
        from outbox
        where (txid, position) > (${txid}::xid8, ${position}::bigint)
          and txid < h.txid
          and name = any(${options.names as unknown as string[]})
        order by outbox.txid, outbox.position
        limit ${batchSize}
      ) o on true
      order by o.txid::xid8, o.position::bigint`.execute(db)
    return { rows: rows.filter(row => row.id !== null), horizon: rows[0]?.horizon ?? '0' }
  }

  /** Says whether the event is dealt with; not when the consumer was stopped before it was. */
  async function handle(row: OutboxRow): Promise<boolean> {
    const event = toEnvelope<N>(row)
    for (let attempt = 1; !stopped; attempt++) {
      try {
        await options.handle(event)
        return true
      } catch (error) {
        if (attempt >= RETRY_LIMIT) {
          log.error(
            { err: error, consumer: options.consumer, event: row.name, eventId: row.id },
            'event given up',
          )
          return true
        }
        await new Promise<void>(resolve => {
          clock.after(RETRY_BASE_MS * 2 ** attempt, resolve)
        })
      }
    }
    return false
  }

  async function handleInOrder(rows: readonly OutboxRow[], done: Set<OutboxRow>): Promise<void> {
    for (const row of rows) {
      if (stopped) return
      if (await handle(row)) done.add(row)
    }
  }

  /** Gives the last row that is dealt with, together with all before it. */
  async function handleAll(rows: readonly OutboxRow[]): Promise<OutboxRow | undefined> {
    const { keyOf } = options
    const done = new Set<OutboxRow>()
    const groups = keyOf === undefined ? [rows] : Map.groupBy(rows, row => keyOf(toEnvelope<N>(row))).values()
    await Promise.all([...groups].map(group => handleInOrder(group, done)))
    for (const row of done) awaited.delete(row.id)
    const firstLeft = rows.findIndex(row => !done.has(row))
    return firstLeft === -1 ? rows.at(-1) : rows[firstLeft - 1]
  }

  /** Keeps the place at most so often: after a crash the last events come again, as they may. */
  async function storePlace(everyMs: number): Promise<void> {
    if (place === null || place === storedPlace || clock.now() - storedAt < everyMs) return
    const { txid, position } = place
    storedPlace = place
    storedAt = clock.now()
    handledSinceStored = false
    await sql`
      insert into outbox_cursors (consumer, txid, position)
      values (${options.consumer}, ${txid}::xid8, ${position}::bigint)
      on conflict (consumer) do update set txid = excluded.txid, position = excluded.position`.execute(db)
  }

  async function drain(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false
      drainedAt = clock.now()
      if (place === null) {
        place = await readPlace()
        storedPlace = place
      }
      const { rows, horizon } = await readBatch(place)
      const last = await handleAll(rows)
      const isAll = last === rows.at(-1) && rows.length < batchSize
      // Events of other names are passed too, so that they are never looked through again.
      if (isAll) place = { txid: horizon, position: '0' }
      else if (last !== undefined) place = { txid: last.txid, position: last.position }
      if (last !== undefined) handledSinceStored = true
      await storePlace(handledSinceStored ? STORE_MS : STORE_IDLE_MS)
      if (rows.length === batchSize) wanted = true
      if (hiddenRetries === 0) awaited.clear()
      else if (awaited.size > 0) {
        hiddenRetries--
        clock.after(HIDDEN_RETRY_MS, wake)
      }
    }
  }

  function wake(): void {
    wanted = true
    if (stopped || running !== null || scheduled) return
    scheduled = true
    clock.after(Math.max(0, drainedAt + MIN_INTERVAL_MS - clock.now()), begin)
  }

  function begin(): void {
    scheduled = false
    if (stopped || running !== null) return
    let failed = false
    running = drain()
      .catch(error => {
        failed = true
        log.warn({ err: error, consumer: options.consumer }, 'outbox could not be read; trying again')
      })
      .finally(() => {
        running = null
        if (stopped) return
        if (failed) clock.after(RETRY_BASE_MS, wake)
        else if (wanted) wake()
      })
  }

  const offBus = bus.onAny(events => {
    const ours = events.filter(event => (options.names as readonly string[]).includes(event.name))
    if (ours.length === 0) return
    for (const event of ours) awaited.add(event.id)
    hiddenRetries = HIDDEN_RETRIES
    wake()
  })
  const offPoll = clock.every(POLL_MS, wake)
  wake()

  return {
    async stop() {
      stopped = true
      offBus()
      offPoll()
      await running
      await storePlace(0).catch(error =>
        log.warn({ err: error, consumer: options.consumer }, 'the place in the outbox could not be stored'),
      )
    },
  }
}

function toEnvelope<N extends DomainEventName>(row: OutboxRow): EventEnvelope<N> {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    occurredAt: row.occurredAt.toISOString(),
    causationId: row.causationId,
    payload: row.payload,
  } as unknown as EventEnvelope<N>
}

/** A place between two events of the outbox. */
type Place = { txid: string; position: string }

type OutboxRow = Place & {
  id: string
  name: string
  version: number
  occurredAt: Date
  causationId: string | null
  payload: unknown
}
