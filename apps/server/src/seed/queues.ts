import type { QueueId, WorkerId } from '@guichet/domain'
import type { Queue, QueuesService } from '../modules/queues/index.ts'
import type { RoutingModule } from '../modules/routing/index.ts'

/** Queues of the demo shop; the ids are fixed so that applications and tests can name them. */
export const demoQueues = {
  sales: '5a1e5000-0000-4000-8000-000000000001' as QueueId,
  support: '5a1e5000-0000-4000-8000-000000000002' as QueueId,
} as const

const common = {
  channels: ['voice', 'chat'],
  agentAlertTimeMs: 30_000,
  wrapUpMs: 30_000,
  chatWrapUpMs: 30_000,
  presenceRouting: true,
  overflowThreshold: 50,
  timeoutMs: 600_000,
  noAgentsPolicy: 'fireAll',
} as const

const wrapUpCodes = [
  { code: 'solved', label: { en: 'Solved', fr: 'Résolu' } },
  { code: 'order-placed', label: { en: 'Order placed', fr: 'Commande passée' } },
  { code: 'return-arranged', label: { en: 'Return arranged', fr: 'Retour organisé' } },
  { code: 'refund-promised', label: { en: 'Refund promised', fr: 'Remboursement promis' } },
  { code: 'follow-up', label: { en: 'Follow-up needed', fr: 'Suivi nécessaire' } },
  { code: 'wrong-number', label: { en: 'Not for us', fr: 'Pas pour nous' } },
]

/** Makes the demo's queues that are missing, with agents 1–4 in sales and all six in support, and wrap-up codes. */
export async function seedQueues(deps: {
  queues: QueuesService
  routing: Pick<RoutingModule, 'putWrapUpCodes'>
  staff: { list(): Promise<{ id: WorkerId; email: string }[]> }
}): Promise<void> {
  const people = await deps.staff.list()
  const agents = (numbers: number[]) =>
    numbers.flatMap(number => people.find(({ email }) => email === `agent${number}@demo.guichet`)?.id ?? [])
  const wanted: Queue[] = [
    {
      ...common,
      channels: [...common.channels],
      id: demoQueues.sales,
      place: 0,
      name: { en: 'Sales', fr: 'Ventes' },
      routingMethod: 'longestIdle',
      chatTopics: [
        'order',
        'buy',
        'price',
        'gift',
        'wholesale',
        'commande',
        'acheter',
        'prix',
        'cadeau',
        'gros',
      ],
      isDefaultForChat: false,
      memberIds: agents([1, 2, 3, 4]),
    },
    {
      ...common,
      channels: [...common.channels],
      id: demoQueues.support,
      place: 1,
      name: { en: 'Support', fr: 'Assistance' },
      routingMethod: 'roundRobin',
      chatTopics: [],
      isDefaultForChat: true,
      memberIds: agents([1, 2, 3, 4, 5, 6]),
    },
  ]
  const known = new Set((await deps.queues.list()).map(queue => queue.id))
  for (const queue of wanted) if (!known.has(queue.id)) await deps.queues.put(queue)
  await deps.routing.putWrapUpCodes(wrapUpCodes)
}
