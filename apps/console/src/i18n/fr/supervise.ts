import type { supervise as english } from '../en/supervise.ts'
import type { Entry } from '../translate.ts'

/** Words of the supervisor's live wall in French. */
export const supervise: Record<keyof typeof english, Entry> = {
  'supervise.title': 'En direct',
  'supervise.hint': 'Les files qui ont besoin d’aide viennent en premier.',
  'supervise.queues': 'Files',
  'supervise.agents': 'Agents',
  'supervise.waiting': 'En attente',
  'supervise.longestWait': 'Plus longue attente',
  'supervise.ready': 'Prêts',
  'supervise.busy': 'Occupés',
  'supervise.wrapUp': 'Clôture',
  'supervise.queue': 'File',
  'supervise.state.calm': 'Calme',
  'supervise.state.waiting': 'On attend',
  'supervise.state.noneReady': 'Personne n’est prêt',
  'supervise.state.breach': 'Attente trop longue',
  'supervise.advice.noneReady': 'Demandez à un agent de se rendre disponible, ou ajoutez des membres.',
  'supervise.advice.breach': 'L’attente approche de la limite de {limit}. Ajoutez des agents à la file.',
  'supervise.noQueues': 'Aucune file',
  'supervise.noQueuesHint':
    'Les files s’affichent ici dès qu’elles existent : qui attend, qui peut répondre.',
  'supervise.noAgents': 'Aucun agent',
  'supervise.noAgentsHint': 'Ajoutez des personnes avec le rôle d’agent dans Réglages › Personnes.',
  'supervise.filter.working': 'Connectés seulement',
  'supervise.group.ringing': 'Sonne',
  'supervise.group.inCall': 'En appel',
  'supervise.group.chatting': 'En chat',
  'supervise.group.wrapUp': 'En clôture',
  'supervise.group.ready': 'Prêts',
  'supervise.group.notReady': 'Pas prêts',
  'supervise.group.offline': 'Hors ligne',
  'supervise.settingsLink': 'Réglages de la file',
  'supervise.people': { one: '{count} personne', other: '{count} personnes' },
  'supervise.missedReason': 'après des sollicitations manquées',
  'supervise.lostReason': 'connexion perdue',
}
