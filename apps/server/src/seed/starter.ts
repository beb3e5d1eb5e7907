import type { ApplicationId, QueueId } from '@guichet/domain'
import { CallQueueApplication } from '@guichet/domain/flow'
import type { FlowsService } from '../modules/flows/index.ts'
import type { QueuesService } from '../modules/queues/index.ts'

const queueId = '57a27e20-0000-4000-8000-000000000001' as QueueId
const applicationId = '57a27e20-0000-4000-8000-000000000011' as ApplicationId

const words = (en: string, fr: string) => ({ kind: 'text', text: { en, fr } }) as const
const byChat = (en: string, fr: string) =>
  ({ announcement: words(en, fr), target: { kind: 'chat' } }) as const

const application = CallQueueApplication.parse({
  schemaVersion: 1,
  kind: 'callQueue',
  id: applicationId,
  name: 'Reception',
  languages: ['en', 'fr'],
  timeZone: 'Europe/Paris',
  ttsVoice: {},
  queueId,
  greeting: words(
    'Welcome. We are looking for somebody to help you.',
    'Bienvenue. Nous cherchons quelqu’un pour vous aider.',
  ),
  music: { kind: 'default' },
  announcePosition: { enabled: true, everyMs: 45_000 },
  announceExpectedWait: true,
  overflow: byChat(
    'Many people are calling us right now. Let us go on by chat.',
    'Beaucoup de personnes nous appellent en ce moment. Continuons par écrit.',
  ),
  timeout: byChat(
    'We are sorry that you had to wait so long. Let us go on by chat.',
    'Nous sommes désolés de cette longue attente. Continuons par écrit.',
  ),
  noAgents: byChat(
    'Nobody can answer your call at the moment. Let us go on by chat.',
    'Personne ne peut prendre votre appel en ce moment. Continuons par écrit.',
  ),
})

/** Gives a new Guichet one queue and the application that leads there, to begin with: its members are to be chosen. */
export async function seedStarter(deps: { queues: QueuesService; flows: FlowsService }): Promise<void> {
  if ((await deps.queues.list()).length > 0) return
  await deps.queues.put({
    id: queueId,
    place: 0,
    name: { en: 'Reception', fr: 'Accueil' },
    channels: ['voice', 'chat'],
    routingMethod: 'longestIdle',
    agentAlertTimeMs: 30_000,
    wrapUpMs: 30_000,
    chatWrapUpMs: 30_000,
    presenceRouting: true,
    overflowThreshold: 50,
    timeoutMs: 600_000,
    noAgentsPolicy: 'fireAll',
    chatTopics: [],
    isDefaultForChat: true,
    memberIds: [],
  })
  await deps.flows.seed(application, true)
}
