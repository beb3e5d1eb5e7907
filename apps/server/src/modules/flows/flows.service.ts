import type { ApplicationView } from '@guichet/contract'
import { type ApplicationId, type CallId, DomainError, type FileId, type RawId } from '@guichet/domain'
import {
  type ApplicationLookup,
  type ApplicationRun,
  type FlowProblem,
  filesOf,
  lookupIn,
  VoiceApplication,
  validateApplication,
} from '@guichet/domain/flow'
import { z } from 'zod'
import { type Clock, NotFoundError, type UnitOfWork, type Work } from '../../platform/index.ts'
import type { QueuesService } from '../queues/index.ts'
import type { SoundsPort } from './flows.ports.ts'
import type { FlowsRepository, StoredApplication, StoredRun } from './flows.repository.ts'

/** Thrown when a document cannot be published; says what to change. Code `invalid-flow`. */
export class InvalidFlowError extends DomainError {
  constructor(problems: readonly string[]) {
    super('invalid-flow', problems.slice(0, 5).join(' '), { details: { problems } })
  }
}

/** Thrown when somebody else saved in between. Code `invalid-transition`. */
export class ApplicationChangedError extends DomainError {
  constructor() {
    super('invalid-transition', 'Somebody else has saved this application meanwhile; load it again first')
  }
}

/** What other modules and the doors ask of voice applications. */
export type FlowsService = {
  views(): Promise<ApplicationView[]>
  /** @throws InvalidFlowError, ApplicationChangedError, NotFoundError */
  replace(
    id: ApplicationId,
    input: { document: unknown; version: number },
    by: RawId,
  ): Promise<ApplicationView>
  /** Makes an application that does not exist yet; for seeds. */
  seed(document: VoiceApplication, isDefault: boolean): Promise<void>
  /** The application calls enter when none is named; null when none is set up. */
  defaultApplication(): Promise<ApplicationId | null>
  /** Documents as they are now; a call keeps what it began with. */
  lookup(): Promise<ApplicationLookup>
  /** Every text that prompts speak now, to have them ready before the first call. */
  documents(): Promise<VoiceApplication[]>
  /** Applications by the sound that they play now. */
  usersOfSounds(): Promise<ReadonlyMap<FileId, readonly { id: ApplicationId; name: string }[]>>
  /** A stored run with the documents it began with; null when the call has none. */
  resume(callId: CallId): Promise<(StoredRun & { applications: ApplicationLookup }) | null>
  /** Stores a step of a run within the caller's transaction. */
  saveRun(trx: Work['trx'], callId: CallId, run: ApplicationRun, startedAt: Date): Promise<void>
}

/** @see FlowsService */
export function createFlowsService(deps: {
  repository: FlowsRepository
  uow: UnitOfWork
  queues: Pick<QueuesService, 'list'>
  sounds?: SoundsPort
  clock: Clock
}): FlowsService & { forget(): void } {
  const { repository, uow, clock } = deps
  let cached: Promise<StoredApplication[]> | null = null

  /** Read once, then kept until somebody changes one: every call asks for them. */
  function list(): Promise<StoredApplication[]> {
    cached ??= repository.list().catch(error => {
      cached = null
      throw error
    })
    return cached
  }

  async function problemsOf(document: VoiceApplication): Promise<FlowProblem[]> {
    const [others, queues, fileIds] = await Promise.all([list(), deps.queues.list(), deps.sounds?.soundIds()])
    return validateApplication(
      document,
      others.map(other => other.document),
      {
        queueIds: new Set(queues.map(queue => queue.id)),
        ...(fileIds === undefined ? {} : { fileIds }),
      },
    )
  }

  async function present(application: StoredApplication): Promise<ApplicationView> {
    const { document, version, isDefault, updatedAt } = application
    return {
      id: document.id,
      name: document.name,
      kind: document.kind,
      isDefault,
      document,
      version,
      updatedAt: updatedAt.toISOString(),
      problems: await problemsOf(document),
    }
  }

  return {
    async views() {
      return Promise.all((await list()).map(present))
    },
    async replace(id, input, by) {
      const parsed = VoiceApplication.safeParse(input.document)
      if (!parsed.success) throw new InvalidFlowError([z.prettifyError(parsed.error)])
      const document = parsed.data
      if (document.id !== id) throw new InvalidFlowError(['The document belongs to another application.'])
      const errors = (await problemsOf(document)).filter(problem => problem.severity === 'error')
      if (errors.length > 0) {
        throw new InvalidFlowError(errors.map(problem => `${problem.path}: ${problem.message.en}`))
      }
      const current = (await list()).find(application => application.document.id === id)
      if (current === undefined) throw new NotFoundError('The application')
      const next: StoredApplication = {
        document,
        version: input.version + 1,
        isDefault: current.isDefault,
        updatedAt: new Date(clock.now()),
      }
      await uow.run(async ({ trx, emit }) => {
        if ((await repository.lockVersion(trx, id)) !== input.version) throw new ApplicationChangedError()
        await repository.save(trx, next)
        emit('application.updated', { applicationId: id, version: next.version, by })
      })
      cached = null
      return present(next)
    },
    async seed(document, isDefault) {
      if ((await list()).some(application => application.document.id === document.id)) return
      const updatedAt = new Date(clock.now())
      await uow.run(async ({ trx, emit }) => {
        await repository.save(trx, { document, version: 1, isDefault, updatedAt })
        emit('application.updated', { applicationId: document.id, version: 1, by: null })
      })
      cached = null
    },
    async defaultApplication() {
      const all = await list()
      return (all.find(application => application.isDefault) ?? all[0])?.document.id ?? null
    },
    async lookup() {
      return lookupIn((await list()).map(application => application.document))
    },
    async documents() {
      return (await list()).map(application => application.document)
    },
    async usersOfSounds() {
      const users = new Map<FileId, { id: ApplicationId; name: string }[]>()
      for (const { document } of await list()) {
        const { id, name } = document
        for (const fileId of filesOf(document))
          users.set(fileId, [...(users.get(fileId) ?? []), { id, name }])
      }
      return users
    },
    async resume(callId) {
      const stored = await repository.loadRun(callId)
      if (stored === null) return null
      return { ...stored, applications: lookupIn(await repository.documentsAt(stored.startedAt)) }
    },
    saveRun: (trx, callId, run, startedAt) =>
      repository.saveRun(trx, callId, { run, startedAt }, new Date(clock.now())),
    forget() {
      cached = null
    },
  }
}
