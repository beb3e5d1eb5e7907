import type { QueueView } from '@guichet/contract'

/** A queue's settings as the form edits them; times in seconds, as texts that may be wrong while typing. */
export type QueueDraft = {
  name: { en: string; fr: string }
  routingMethod: QueueView['routingMethod']
  alertSeconds: string
  wrapUpSeconds: string
  overflow: string
  timeoutSeconds: string
  presenceRouting: boolean
  memberIds: readonly QueueView['members'][number]['workerId'][]
}

/** Limits of each number. @source reference teams-voice-apps §2 */
export const limits = {
  alertSeconds: { min: 15, max: 180 },
  wrapUpSeconds: { min: 0, max: 3_600 },
  overflow: { min: 0, max: 200 },
  timeoutSeconds: { min: 0, max: 2_700 },
} as const
export type NumberField = keyof typeof limits

const seconds = (ms: number) => String(Math.round(ms / 1000))

export const draftOf = (queue: QueueView): QueueDraft => ({
  name: queue.name,
  routingMethod: queue.routingMethod,
  alertSeconds: seconds(queue.agentAlertTimeMs),
  wrapUpSeconds: seconds(queue.wrapUpMs),
  overflow: String(queue.overflowThreshold),
  timeoutSeconds: seconds(queue.timeoutMs),
  presenceRouting: queue.presenceRouting,
  memberIds: queue.members.map(member => member.workerId),
})

/** Whether a field holds a whole number within its limits. */
export const isWithin = (field: NumberField, text: string): boolean => {
  const value = Number(text)
  return /^\d+$/.test(text.trim()) && value >= limits[field].min && value <= limits[field].max
}

/** Fields that keep the form from being saved. */
export const wrongFields = (draft: QueueDraft): (NumberField | 'name')[] => [
  ...(draft.name.en.trim() === '' || draft.name.fr.trim() === '' ? (['name'] as const) : []),
  ...(Object.keys(limits) as NumberField[]).filter(field => !isWithin(field, draft[field])),
]

/** What is sent: only what differs from the queue as it stands, so that two people may change two things. */
export const changesOf = (queue: QueueView, draft: QueueDraft) => {
  const before = draftOf(queue)
  const differs = <K extends keyof QueueDraft>(key: K) =>
    JSON.stringify(before[key]) !== JSON.stringify(draft[key])
  return {
    ...(differs('name') ? { name: { en: draft.name.en.trim(), fr: draft.name.fr.trim() } } : {}),
    ...(differs('routingMethod') ? { routingMethod: draft.routingMethod } : {}),
    ...(differs('alertSeconds') ? { agentAlertTimeMs: Number(draft.alertSeconds) * 1000 } : {}),
    ...(differs('wrapUpSeconds') ? { wrapUpMs: Number(draft.wrapUpSeconds) * 1000 } : {}),
    ...(differs('overflow') ? { overflowThreshold: Number(draft.overflow) } : {}),
    ...(differs('timeoutSeconds') ? { timeoutMs: Number(draft.timeoutSeconds) * 1000 } : {}),
    ...(differs('presenceRouting') ? { presenceRouting: draft.presenceRouting } : {}),
    ...(differs('memberIds') ? { memberIds: [...draft.memberIds] } : {}),
  }
}

/** The list with one item a place earlier (`-1`) or later (`1`); unchanged at its ends. */
export const moveItem = <T>(list: readonly T[], item: T, by: 1 | -1): T[] => {
  const at = list.indexOf(item)
  const to = at + by
  if (at < 0 || to < 0 || to >= list.length) return [...list]
  return list.toSpliced(at, 1).toSpliced(to, 0, item)
}
