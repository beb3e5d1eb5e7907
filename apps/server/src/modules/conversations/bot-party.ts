import type { Handling, Party } from '@guichet/contract'
import { communicationUser } from '../../platform/index.ts'

/** The bot of every conversation, as readers see it. */
export const botParty: Party = {
  rawId: communicationUser('00000000-0000-4000-8000-000000000b07'),
  displayName: 'Assistant',
  role: 'bot',
}

/** Nobody but the bot answers. */
export const handledByBot: Handling = {
  by: 'bot',
  agent: null,
  queueName: null,
  position: null,
  expectedWaitMs: null,
}

/** Nobody answers yet, and no bot will: a telephone call that has just come in. */
export const handledByNobody: Handling = { ...handledByBot, by: 'nobody' }
