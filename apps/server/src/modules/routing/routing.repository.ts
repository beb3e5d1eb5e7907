import type {
  AssignmentRow,
  JobRow,
  OfferRow,
  RoutingRows,
  WorkerRow,
  WorkerSelector,
} from '@guichet/domain/routing'
import { type Selectable, sql } from 'kysely'
import { type Database, withTables } from '../../platform/index.ts'
import type { Queue } from '../queues/index.ts'
import { toRoutingQueue } from '../queues/index.ts'
import { JobContext } from './job-context.ts'
import type { RoutingTables } from './routing.tables.ts'

/** A job as stored, with what it is about. */
export type StoredJob = JobRow & { context: JobContext }

/** How one conversation's work was wrapped up. */
export type StoredWrapUp = {
  assignmentId: string
  conversationId: string
  workerId: string
  dispositionCode: string | null
  note: string | null
  closedAt: Date
}

/** Reads the router's rows. */
export type RoutingRepository = {
  /** Rows that a router is rebuilt from, given the queues as set up. */
  load(queues: readonly Queue[]): Promise<RoutingRows>
  /** Raises the epoch and returns it; from then on no older leader can write. */
  takeOver(): Promise<string>
  job(jobId: string): Promise<StoredJob | null>
  missedOffers(workerId: string, since: Date): Promise<{ offer: OfferRow; context: JobContext }[]>
  wrapUpsOf(conversationIds: readonly string[]): Promise<StoredWrapUp[]>
  /** Median wait from asking to being taken, of jobs taken since; null without any. */
  medianAnswerMs(since: Date): Promise<number | null>
  presenceSince(): Promise<Map<string, Date>>
  wrapUpCodes(): Promise<Pick<RoutingTables['wrapUpCodes'], 'code' | 'label'>[]>
  putWrapUpCodes(codes: readonly { code: string; label: { en: string; fr: string } }[]): Promise<void>
}

const ms = (date: Date | null) => date?.getTime() ?? null

/** @see RoutingRepository */
export function createRoutingRepository(database: Database): RoutingRepository {
  const db = withTables<RoutingTables>(database)

  return {
    async load(queues) {
      const open = db.selectFrom('jobs').where('state', 'in', ['queued', 'assigned', 'completed'])
      const [workers, members, jobs, offers, assignments, measures, last] = await Promise.all([
        db.selectFrom('workers').selectAll().execute(),
        db.selectFrom('workerQueues').selectAll().execute(),
        open.selectAll().orderBy('sequence').execute(),
        db
          .selectFrom('offers')
          .selectAll()
          .where('jobId', 'in', open.select('id'))
          .orderBy('offeredAt')
          .execute(),
        db.selectFrom('assignments').selectAll().where('state', '!=', 'closed').execute(),
        db.selectFrom('queueMeasures').selectAll().execute(),
        db.selectFrom('jobs').select('sequence').orderBy('sequence', 'desc').limit(1).executeTakeFirst(),
      ])
      const places = new Map(
        queues.flatMap(queue => queue.memberIds.map((id, place) => [`${queue.id}/${id}`, place])),
      )
      return {
        queues: queues.map(toRoutingQueue),
        workers: workers.map(toWorker),
        members: members.flatMap(row => {
          const order = places.get(`${row.queueId}/${row.workerId}`)
          return order === undefined ? [] : [{ ...row, order, lastAssignedAt: ms(row.lastAssignedAt) }]
        }),
        jobs: jobs.map(toJob),
        offers: offers.map(toOffer),
        assignments: assignments.map(toAssignment),
        measures: measures.map(row => ({ ...row, unstaffedSince: ms(row.unstaffedSince) })),
        lastSequence: Number(last?.sequence ?? 0),
      }
    },
    async takeOver() {
      const { rows } = await sql<{ epoch: string }>`
        update routing_leader set epoch = epoch + 1 returning epoch::text`.execute(db)
      return (rows[0] as { epoch: string }).epoch
    },
    async job(jobId) {
      const row = await db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirst()
      return row === undefined ? null : toJob(row)
    },
    async missedOffers(workerId, since) {
      const rows = await db
        .selectFrom('offers')
        .innerJoin('jobs', 'jobs.id', 'offers.jobId')
        .selectAll('offers')
        .select('jobs.context')
        .where('offers.workerId', '=', workerId)
        .where('offers.state', '=', 'expired')
        .where('offers.endedAt', '>', since)
        .orderBy('offers.endedAt', 'desc')
        .limit(30)
        .execute()
      return rows.map(row => ({ offer: toOffer(row), context: JobContext.parse(row.context) }))
    },
    async wrapUpsOf(conversationIds) {
      if (conversationIds.length === 0) return []
      const rows = await db
        .selectFrom('assignments')
        .innerJoin('jobs', 'jobs.id', 'assignments.jobId')
        .select([
          'assignments.id as assignmentId',
          'jobs.conversationId',
          'assignments.workerId',
          'assignments.dispositionCode',
          'assignments.note',
          'assignments.closedAt',
        ])
        .where('jobs.conversationId', 'in', [...conversationIds])
        .where('assignments.closedAt', 'is not', null)
        .orderBy('assignments.closedAt')
        .execute()
      return rows.map(row => ({ ...row, closedAt: row.closedAt as Date }))
    },
    async medianAnswerMs(since) {
      const { rows } = await sql<{ median: number | null }>`
        select percentile_cont(0.5) within group (
          order by extract(epoch from a.assigned_at - j.enqueued_at) * 1000
        )::float8 as median
        from assignments a join jobs j on j.id = a.job_id
        where a.assigned_at > ${since}`.execute(db)
      const median = rows[0]?.median ?? null
      return median === null ? null : Math.round(median)
    },
    async presenceSince() {
      const rows = await db.selectFrom('workers').select(['id', 'presenceSince']).execute()
      return new Map(rows.map(row => [row.id, row.presenceSince]))
    },
    wrapUpCodes: () => db.selectFrom('wrapUpCodes').select(['code', 'label']).orderBy('place').execute(),
    async putWrapUpCodes(codes) {
      await db
        .insertInto('wrapUpCodes')
        .values(
          codes.map(({ code, label }, place) => ({
            code,
            label: JSON.stringify(label) as unknown as typeof label,
            place,
          })),
        )
        .onConflict(conflict =>
          conflict.column('code').doUpdateSet(eb => ({
            label: eb.ref('excluded.label'),
            place: eb.ref('excluded.place'),
          })),
        )
        .execute()
    },
  }
}

function toWorker({ presenceSince: _, ...row }: Selectable<RoutingTables['workers']>): WorkerRow {
  return { ...row, availableSince: row.availableSince.getTime() }
}

function toJob(row: Selectable<RoutingTables['jobs']>): StoredJob {
  return {
    id: row.id,
    queueId: row.queueId,
    channel: row.channel,
    priority: row.priority,
    selectors: row.selectors as WorkerSelector[],
    preference: row.preference,
    state: row.state,
    enqueuedAt: row.enqueuedAt.getTime(),
    queuedAt: row.queuedAt.getTime(),
    sequence: Number(row.sequence),
    timeoutAt: ms(row.timeoutAt),
    round: row.round,
    roundStartedAt: row.roundStartedAt.getTime(),
    endedAt: ms(row.endedAt),
    endReason: row.endReason,
    context: JobContext.parse(row.context),
  }
}

function toOffer(row: Selectable<RoutingTables['offers']>): OfferRow {
  return {
    id: row.id,
    jobId: row.jobId,
    workerId: row.workerId,
    queueId: row.queueId,
    channel: row.channel,
    cost: row.cost,
    state: row.state,
    offeredAt: row.offeredAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    endedAt: ms(row.endedAt),
    revokeReason: row.revokeReason,
    retryAt: ms(row.retryAt),
    round: row.round,
  }
}

function toAssignment(row: Selectable<RoutingTables['assignments']>): AssignmentRow {
  return {
    id: row.id,
    offerId: row.offerId,
    jobId: row.jobId,
    workerId: row.workerId,
    queueId: row.queueId,
    channel: row.channel,
    cost: row.cost,
    state: row.state,
    assignedAt: row.assignedAt.getTime(),
    completedAt: ms(row.completedAt),
    wrapUpEndsAt: ms(row.wrapUpEndsAt),
    closedAt: ms(row.closedAt),
  }
}
