import type { LocalizedName } from './queue.ts'

/** Tables of this module. */
export type QueuesTables = {
  queues: {
    id: string
    place: number
    name: LocalizedName
    channels: string[]
    routingMethod: 'attendant' | 'serial' | 'roundRobin' | 'longestIdle'
    agentAlertTimeMs: number
    wrapUpMs: number
    chatWrapUpMs: number
    presenceRouting: boolean
    overflowThreshold: number
    timeoutMs: number
    noAgentsPolicy: 'queue' | 'fireNew' | 'fireAll'
    chatTopics: string[]
    isDefaultForChat: boolean
  }
  queueMembers: { queueId: string; workerId: string; place: number }
}
