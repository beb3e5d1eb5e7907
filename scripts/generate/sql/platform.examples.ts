import {
  createBus,
  createLog,
  createMetrics,
  createOutboxRetention,
  createUnitOfWork,
  startConsumer,
  systemIds,
} from '../../../apps/server/src/platform/index.ts'
import { id, type Listing, listing } from './listing.ts'

const log = createLog({ level: 'silent' })
/** A clock on which everything that was put off happens at once. */
const clock = {
  now: () => 0,
  after(_delayMs: number, action: () => void) {
    queueMicrotask(action)
    return () => undefined
  },
  every: () => () => undefined,
}

/** The outbox: how events are written and read. */
export const platformListings: readonly Listing[] = [
  listing(
    'platform/outbox/unit-of-work.ts',
    db => createUnitOfWork({ db, bus: createBus(log), clock, ids: systemIds, metrics: createMetrics() }),
    { run: unit => unit.run(async ({ emit }) => emit('queue.updated', { queueId: id(), by: null })) },
  ),
  listing('platform/outbox/retention.ts', db => createOutboxRetention({ db, clock, keepDays: 30 }), {
    name: () => undefined,
    batch: task => task.batch(),
  }),
  listing(
    'platform/outbox/consumer.ts',
    db => ({
      async follow() {
        const consumer = startConsumer(
          { db, bus: createBus(log), clock, log },
          { consumer: '', names: ['queue.updated'], handle: async () => undefined },
        )
        await new Promise(resolve => setImmediate(resolve))
        await consumer.stop()
      },
    }),
    { follow: consumer => consumer.follow() },
  ),
]
