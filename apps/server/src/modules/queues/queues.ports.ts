import type { QueueView } from '@guichet/contract'
import type { QueueId, WorkerId } from '@guichet/domain'

/** What queues need to know of people. */
export type QueueStaffPort = {
  list(): Promise<{ id: WorkerId; party: { displayName: string }; disabled: boolean }[]>
}

/** What only the router knows of a queue at this moment. */
export type LiveQueuesPort = {
  figures(queueId: QueueId): QueueView['live']
  isOptedIn(queueId: QueueId, workerId: WorkerId): boolean
}
