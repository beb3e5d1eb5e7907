import type { Clock, Database, Ids, RouteBinder, UnitOfWork } from '../../platform/index.ts'
import type { SoundStoragePort, SoundUsersPort, SpokenWordsPort } from './prompts.ports.ts'
import { createPromptsRepository } from './prompts.repository.ts'
import { bindPromptRoutes } from './prompts.routes.ts'
import { createPromptsService, type PromptsService } from './prompts.service.ts'

export type { PromptsService } from './prompts.service.ts'

/** The front door of the sounds that callers hear. */
export type PromptsModule = PromptsService & { register(doors: { bind: RouteBinder }): void }

/** The library of sounds that designers bring, and words made audible. */
export function createPromptsModule(deps: {
  db: Database
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  storage: SoundStoragePort
  users: SoundUsersPort
  speech: SpokenWordsPort
}): PromptsModule {
  const prompts = createPromptsService({ ...deps, repository: createPromptsRepository(deps.db) })
  return {
    ...prompts,
    register: ({ bind }) => bindPromptRoutes(bind, { prompts, speech: deps.speech }),
  }
}
