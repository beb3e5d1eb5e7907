import type {
  CallData,
  LegData,
  ParticipantData,
} from '../../../apps/server/src/modules/calls/call.record.ts'
import { createCallsRepository } from '../../../apps/server/src/modules/calls/calls.repository.ts'
import {
  createFlowsRepository,
  type StoredApplication,
} from '../../../apps/server/src/modules/flows/flows.repository.ts'
import { createStaffRepository } from '../../../apps/server/src/modules/identity/staff.repository.ts'
import {
  createPromptsRepository,
  type StoredSound,
} from '../../../apps/server/src/modules/prompts/prompts.repository.ts'
import type { Queue } from '../../../apps/server/src/modules/queues/index.ts'
import { createQueuesRepository } from '../../../apps/server/src/modules/queues/queues.repository.ts'
import { createRoutingRepository } from '../../../apps/server/src/modules/routing/routing.repository.ts'
import { storeChanges } from '../../../apps/server/src/modules/routing/routing.store.ts'
import { at, id, type Listing, listing } from './listing.ts'

const queue: Queue = {
  id: id(),
  place: 0,
  name: { en: '', fr: '' },
  channels: [],
  routingMethod: 'longestIdle',
  agentAlertTimeMs: 0,
  wrapUpMs: 0,
  chatWrapUpMs: 0,
  presenceRouting: true,
  overflowThreshold: 0,
  timeoutMs: 0,
  noAgentsPolicy: 'queue',
  chatTopics: [],
  isDefaultForChat: false,
  memberIds: [id()],
}
const sound: StoredSound = {
  id: id(),
  name: '',
  language: null,
  storageKey: '',
  durationMs: 1,
  sizeBytes: 1,
  uploadedBy: '',
  uploaderRawId: '',
  uploadedAt: at,
}
const call: CallData = {
  id: id(),
  conversationId: id(),
  state: 'connected',
  applicationId: null,
  locale: 'en',
  topic: null,
  jobId: null,
  startedAt: 0,
  answeredAt: null,
  endedAt: null,
  endReason: null,
  endedBy: null,
}
const participant: ParticipantData = {
  id: id(),
  rawId: id(),
  role: 'consumer',
  displayName: '',
  state: 'connected',
  assignmentId: null,
  tabId: null,
  isMuted: false,
  camera: false,
  screen: false,
  joinedAt: null,
  leftAt: null,
  leftReason: null,
}
const leg: LegData = { id: id(), participantId: id(), state: 'flowing', openedAt: 0, endedAt: null }
const application = {
  document: { id: id() },
  version: 1,
  isDefault: false,
  updatedAt: at,
} as unknown as StoredApplication

/** People, queues, the router, calls and their applications. */
export const routingListings: readonly Listing[] = [
  listing('modules/identity/staff.repository.ts', createStaffRepository, {
    list: repository => repository.list(),
    find: repository => repository.find(id()),
    lockAccess: (repository, trx) => repository.lockAccess(trx),
    lock: (repository, trx) => repository.lock(trx, id()),
    emailExists: (repository, trx) => repository.emailExists(trx, 'ada@example.org'),
    hasAdministrator: (repository, trx) => repository.hasAdministrator(trx),
    insert: (repository, trx) =>
      repository.insert(trx, {
        userId: id(),
        email: 'ada@example.org',
        displayName: 'Ada',
        locale: 'en',
        roles: [],
        passwordHash: '',
      }),
    update: (repository, trx) => repository.update(trx, id(), { displayName: 'Ada' }, at),
    endSessions: (repository, trx) => repository.endSessions(trx, id()),
  }),
  listing('modules/queues/queues.repository.ts', createQueuesRepository, {
    list: repository => repository.list(),
    lock: (repository, trx) => repository.lock(trx, id()),
    save: (repository, trx) => repository.save(trx, queue),
  }),
  listing('modules/routing/routing.repository.ts', createRoutingRepository, {
    load: repository => repository.load([queue]),
    takeOver: { run: repository => repository.takeOver(), answers: [[{ epoch: '1' }]] },
    job: repository => repository.job(id()),
    missedOffers: repository => repository.missedOffers(id(), at),
    wrapUpsOf: repository => repository.wrapUpsOf([id()]),
    medianAnswerMs: repository => repository.medianAnswerMs(at),
    presenceSince: repository => repository.presenceSince(),
    wrapUpCodes: repository => repository.wrapUpCodes(),
    putWrapUpCodes: repository => repository.putWrapUpCodes([{ code: '', label: { en: '', fr: '' } }]),
  }),
  listing('modules/routing/routing.store.ts', () => ({ storeChanges }), {
    storeChanges: {
      run: (store, trx) => store.storeChanges(trx, '1', [], new Map()),
      answers: [[{ held: 1 }]],
    },
  }),
  listing('modules/calls/calls.repository.ts', createCallsRepository, {
    save: (repository, trx) =>
      repository.save(trx, id(), [
        { kind: 'call', row: call, from: 'connecting' },
        { kind: 'participant', row: participant, from: 'ringing' },
        { kind: 'leg', row: leg, from: 'negotiating' },
      ]),
    find: repository => repository.find(id()),
    open: {
      run: repository => repository.open(),
      answers: [[{ id: id(), started_at: at, answered_at: null, ended_at: null }]],
    },
    past: repository => repository.past([id()]),
  }),
  listing('modules/flows/flows.repository.ts', createFlowsRepository, {
    list: repository => repository.list(),
    documentsAt: repository => repository.documentsAt(at),
    lockVersion: (repository, trx) => repository.lockVersion(trx, id()),
    save: (repository, trx) => repository.save(trx, application),
    loadRun: repository => repository.loadRun(id()),
    saveRun: (repository, trx) => repository.saveRun(trx, id(), { run: {} as never, startedAt: at }, at),
  }),
  listing('modules/prompts/prompts.repository.ts', createPromptsRepository, {
    list: prompts => prompts.list(),
    find: prompts => prompts.find(id()),
    count: { run: prompts => prompts.count(), answers: [[{ count: '0' }]] },
    insert: (prompts, trx) => prompts.insert(trx, sound),
    lock: (prompts, trx) => prompts.lock(trx, id()),
    update: (prompts, trx) => prompts.update(trx, sound),
    remove: (prompts, trx) => prompts.remove(trx, id()),
  }),
]
