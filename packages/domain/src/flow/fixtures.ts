import { QueueId, WorkerId } from '../ids.ts'
import { AutoAttendant, CallQueueApplication, type LocalizedText, type VoiceApplication } from './document.ts'

const id = (group: number, number: number) =>
  `${String(group).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`

/** Ids of the shop that the tests call. */
export const ids = {
  welcome: AutoAttendant.shape.id.parse(id(1, 1)),
  sales: AutoAttendant.shape.id.parse(id(1, 2)),
  support: AutoAttendant.shape.id.parse(id(1, 3)),
  missing: AutoAttendant.shape.id.parse(id(1, 99)),
  salesQueue: QueueId.parse(id(2, 1)),
  supportQueue: QueueId.parse(id(2, 2)),
  missingQueue: QueueId.parse(id(2, 99)),
  agent: WorkerId.parse(id(3, 1)),
  otherAgent: WorkerId.parse(id(3, 2)),
} as const

/** A prompt with the same words marked by language, so that a test sees which one was spoken. */
export const text = (en: string, fr = `${en} (fr)`) => ({ kind: 'text' as const, text: { en, fr } })
const label = (en: string): LocalizedText => ({ en, fr: `${en} (fr)` })
const none = { kind: 'none' as const }
const basics = {
  schemaVersion: 1,
  languages: ['en', 'fr'],
  timeZone: 'Europe/Paris',
  ttsVoice: { fr: 'fr-voice' },
} as const

/** An attendant with one option of each kind; `changes` replace parts of its menu. */
export function attendant(changes: Record<string, unknown> = {}): AutoAttendant {
  return AutoAttendant.parse({
    kind: 'autoAttendant',
    ...basics,
    id: ids.welcome,
    name: 'Welcome',
    defaultFlow: {
      greeting: text('Welcome.'),
      action: {
        kind: 'menu',
        prompt: text('Press a key.'),
        options: [
          { tone: '1', label: label('Sales'), target: { kind: 'queue', queueId: ids.salesQueue } },
          { tone: '2', label: label('Support'), target: { kind: 'application', applicationId: ids.support } },
          {
            tone: '3',
            label: label('Hours'),
            target: { kind: 'announcement', prompt: text('Nine to six.') },
          },
          {
            tone: '4',
            label: label('English'),
            language: 'en',
            target: { kind: 'announcement', prompt: none },
          },
          { tone: '5', label: label('Anna'), target: { kind: 'person', workerId: ids.agent } },
          { tone: '6', label: label('Nowhere'), target: { kind: 'application', applicationId: ids.missing } },
          { tone: '9', label: label('Chat'), target: { kind: 'chat', queueId: ids.salesQueue } },
          { tone: '0', label: label('Goodbye'), target: { kind: 'disconnect', announcement: text('Bye.') } },
        ],
        repeat: 2,
        noInput: { kind: 'disconnect' },
        ...changes,
      },
    },
  })
}

/** An attendant that only redirects. */
export function redirector(own: string, target: unknown): AutoAttendant {
  return AutoAttendant.parse({
    kind: 'autoAttendant',
    ...basics,
    id: own,
    name: 'Redirect',
    defaultFlow: { greeting: none, action: { kind: 'redirect', target } },
  })
}

/** The sales queue; its exceptions hang up without words of their own. */
export function salesQueue(changes: Record<string, unknown> = {}): CallQueueApplication {
  const hangUp = { announcement: none, target: { kind: 'disconnect' } }
  return CallQueueApplication.parse({
    kind: 'callQueue',
    ...basics,
    id: ids.sales,
    name: 'Sales',
    queueId: ids.salesQueue,
    greeting: text('Welcome to sales.'),
    music: { kind: 'default' },
    announcePosition: { enabled: true, everyMs: 30_000 },
    announceExpectedWait: true,
    overflow: hangUp,
    timeout: hangUp,
    noAgents: hangUp,
    ...changes,
  })
}

/** The support queue: silent about places, and without a greeting. */
export function supportQueue(changes: Record<string, unknown> = {}): CallQueueApplication {
  return salesQueue({
    id: ids.support,
    name: 'Support',
    queueId: ids.supportQueue,
    greeting: none,
    announcePosition: { enabled: false },
    announceExpectedWait: false,
    ...changes,
  })
}

/** The whole shop. */
export const shop = (): VoiceApplication[] => [attendant(), salesQueue(), supportQueue()]
