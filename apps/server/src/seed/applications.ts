import type { ApplicationId } from '@guichet/domain'
import { AutoAttendant, CallQueueApplication } from '@guichet/domain/flow'
import type { FlowsService } from '../modules/flows/index.ts'
import { demoQueues } from './queues.ts'

/** Voice applications of the demo shop; the ids are fixed so that tests can name them. */
export const demoApplications = {
  reception: '5a1e5000-0000-4000-8000-000000000011' as ApplicationId,
  sales: '5a1e5000-0000-4000-8000-000000000012' as ApplicationId,
  support: '5a1e5000-0000-4000-8000-000000000013' as ApplicationId,
} as const

const basics = {
  schemaVersion: 1,
  languages: ['en', 'fr'],
  timeZone: 'Europe/Paris',
  ttsVoice: {},
} as const

const words = (en: string, fr: string) => ({ kind: 'text', text: { en, fr } }) as const

const reception = AutoAttendant.parse({
  ...basics,
  kind: 'autoAttendant',
  id: demoApplications.reception,
  name: 'Maison Lavande: reception',
  defaultFlow: {
    greeting: words('Welcome to Maison Lavande.', 'Bienvenue à la Maison Lavande.'),
    action: {
      kind: 'menu',
      prompt: words(
        'For orders and gifts, press 1. For help with an order, press 2. For our opening hours, press 3. To go on by chat, press 9.',
        'Pour une commande ou un cadeau, tapez 1. Pour une question sur votre commande, tapez 2. Pour nos horaires, tapez 3. Pour continuer par écrit, tapez 9.',
      ),
      options: [
        {
          tone: '1',
          label: { en: 'Orders and gifts', fr: 'Commandes et cadeaux' },
          target: { kind: 'queue', queueId: demoQueues.sales },
        },
        {
          tone: '2',
          label: { en: 'Help with an order', fr: 'Aide sur une commande' },
          target: { kind: 'queue', queueId: demoQueues.support },
        },
        {
          tone: '3',
          label: { en: 'Opening hours', fr: 'Horaires' },
          target: {
            kind: 'announcement',
            prompt: words(
              'Our shop in Forcalquier is open from Tuesday to Saturday, from ten to seven. We answer calls from Monday to Saturday, from nine to six.',
              'Notre boutique de Forcalquier est ouverte du mardi au samedi, de dix à dix-neuf heures. Nous répondons au téléphone du lundi au samedi, de neuf à dix-huit heures.',
            ),
          },
        },
        { tone: '9', label: { en: 'Continue by chat', fr: 'Continuer par écrit' }, target: { kind: 'chat' } },
      ],
      repeat: 3,
      inputTimeoutMs: 6_000,
      noInput: { kind: 'queue', queueId: demoQueues.support },
    },
  },
})

const exceptions = {
  overflow: {
    announcement: words(
      'Many people are calling us right now. Let us go on by chat.',
      'Beaucoup de personnes nous appellent en ce moment. Continuons par écrit.',
    ),
    target: { kind: 'chat' },
  },
  timeout: {
    announcement: words(
      'We are sorry that you had to wait so long. Let us go on by chat.',
      'Nous sommes désolés de cette longue attente. Continuons par écrit.',
    ),
    target: { kind: 'chat' },
  },
  noAgents: {
    announcement: words(
      'Nobody can answer your call at the moment. Let us go on by chat.',
      'Personne ne peut prendre votre appel en ce moment. Continuons par écrit.',
    ),
    target: { kind: 'chat' },
  },
} as const

const sales = CallQueueApplication.parse({
  ...basics,
  ...exceptions,
  kind: 'callQueue',
  id: demoApplications.sales,
  name: 'Maison Lavande: sales',
  queueId: demoQueues.sales,
  greeting: words(
    'We are looking for somebody to advise you.',
    'Nous cherchons une personne pour vous conseiller.',
  ),
  music: { kind: 'default' },
  announcePosition: { enabled: true, everyMs: 45_000 },
  announceExpectedWait: true,
})

const support = CallQueueApplication.parse({
  ...basics,
  ...exceptions,
  kind: 'callQueue',
  id: demoApplications.support,
  name: 'Maison Lavande: support',
  queueId: demoQueues.support,
  greeting: words('We are looking for somebody to help you.', 'Nous cherchons une personne pour vous aider.'),
  music: { kind: 'default' },
  announcePosition: { enabled: true, everyMs: 45_000 },
  announceExpectedWait: true,
})

/** Makes the demo's voice applications that are missing; seed the queues first. */
export async function seedApplications(flows: FlowsService): Promise<void> {
  for (const application of [reception, sales, support]) {
    await flows.seed(application, application.id === demoApplications.reception)
  }
}
