import type { SocketEventName, SocketEvents } from '@guichet/contract'
import type pg from 'pg'
import {
  type Bus,
  type Clock,
  type Connection,
  type Database,
  type Ids,
  type Log,
  type Metrics,
  NotFoundError,
  type RouteBinder,
  type SocketHub,
  type Task,
  type UnitOfWork,
} from '../../platform/index.ts'
import type { StoragePort } from './chat.ports.ts'
import { bindChatSocket, bindFileRoutes } from './chat.routes.ts'
import { createChatService } from './chat.service.ts'
import { createFileService } from './file.service.ts'
import { createThreadRepository } from './thread.repository.ts'

export type { StoragePort } from './chat.ports.ts'
export {
  type ChatService,
  ConversationClosedError,
  MessageNotYoursError,
  type Post,
  threadTopic,
} from './chat.service.ts'

export type ChatDeps = {
  db: Database
  pool: pg.Pool
  uow: UnitOfWork
  bus: Bus
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  storage: StoragePort
}

/** Threads, messages, receipts and files. */
export function createChatModule(deps: ChatDeps) {
  let hub: SocketHub | null = null
  const publish = <N extends SocketEventName>(
    topic: string,
    name: N,
    payload: SocketEvents[N],
    except?: Connection,
  ): void => hub?.publish(topic, name, payload, except)
  const repository = createThreadRepository(deps.db)
  const files = createFileService(deps)
  const chat = createChatService({ ...deps, repository, files, publish })

  return {
    chat,
    register(doors: { bind: RouteBinder; hub: SocketHub }): void {
      hub = doors.hub
      bindChatSocket(doors.hub, chat, deps.clock)
      bindFileRoutes(doors.bind, {
        chat,
        files,
        async findThread(threadId) {
          const entry = await repository.findEntry(threadId)
          if (entry === null) throw new NotFoundError('The thread')
          return entry
        },
      })
    },
    /** What chat does in the background. */
    tasks: [{ name: 'files.unsent', batch: () => files.sweep() }] satisfies Task[],
    /** Resolves when every message that was accepted is stored. */
    stop: () => chat.idle(),
  }
}

export type ChatModule = ReturnType<typeof createChatModule>
