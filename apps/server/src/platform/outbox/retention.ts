import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../postgres/database.ts'
import type { Task } from '../tasks/tasks.ts'

/** Rows looked at by one statement. */
const BATCH = 1_000
const DAY_MS = 86_400_000

/**
 * Removes events older than `keepDays` days that every consumer has passed, oldest first. Consumers keep their places,
 * so that nothing is handled again.
 */
export function createOutboxRetention(deps: { db: Database; clock: Clock; keepDays: number }): Task {
  const { db, clock, keepDays } = deps
  return {
    name: 'outbox.retention',
    async batch() {
      const before = new Date(clock.now() - keepDays * DAY_MS)
      const { numAffectedRows } = await sql`
        with oldest as (
          select txid, position from outbox
          order by txid, position
          limit ${BATCH}
        )
        delete from outbox o using oldest
        where (o.txid, o.position) = (oldest.txid, oldest.position)
          and o.occurred_at < ${before}
          and exists (select 1 from outbox_cursors)
          and not exists (select 1 from outbox_cursors c where (c.txid, c.position) < (o.txid, o.position))`.execute(
        db,
      )
      return Number(numAffectedRows ?? 0)
    },
  }
}
