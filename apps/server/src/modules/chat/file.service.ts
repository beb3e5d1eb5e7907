import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Attachment } from '@guichet/contract'
import { DomainError, type FileId, type ThreadId } from '@guichet/domain'
import {
  allow,
  type Clock,
  type Database,
  type Ids,
  NotFoundError,
  type Principal,
} from '../../platform/index.ts'
import { maySend } from './chat.policy.ts'
import type { StoragePort } from './chat.ports.ts'
import { createFileRepository } from './file.repository.ts'
import { detectFileKind, type FileKind, safeFileName } from './file.types.ts'
import { createGate } from './gate.ts'
import type { ThreadEntry } from './thread.repository.ts'

/** Files of one thread, so that nobody fills the disk through one conversation. */
const MAX_FILES_PER_THREAD = 200
/** Files held in memory at a time, to see what they are; all others are on the disk or on their way there. */
const INSPECTED_AT_ONCE = 3

/** An upload can be sent this long, and is removed a little later if it was not: never while it is being sent. */
const SENDABLE_MS = 23 * 3_600_000
const SWEPT_AFTER_MS = 24 * 3_600_000
/** Files that one sweep looks at. */
const SWEPT_AT_ONCE = 100

const inlineTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Thrown when a file is of a kind that may not be attached. */
export class UnsupportedFileError extends DomainError {
  constructor() {
    super(
      'unsupported-file',
      'Files of this kind cannot be sent; send a picture, a document, text, sound or video',
    )
  }
}

export type DownloadableFile = {
  name: string
  contentType: string
  sizeBytes: number
  /** Whether a browser may show it in place; everything else is saved. */
  inline: boolean
  stream: Readable
}

/** Files of threads: kept apart from messages until one of them carries them. */
export type FileService = {
  /** @throws ForbiddenError, UnsupportedFileError, DomainError `too-many-requests` when the thread is full */
  upload(
    principal: Principal,
    thread: ThreadEntry,
    name: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Attachment>
  /** Files uploaded to this thread by this sender. @throws NotFoundError `not-found` for any other */
  attachmentsToSend(
    principal: Principal,
    threadId: ThreadId,
    fileIds: readonly FileId[],
  ): Promise<Attachment[]>
  /** The thread and uploader of a file. @throws NotFoundError `not-found` */
  find(fileId: FileId): Promise<{ threadId: ThreadId; uploaderRawId: string }>
  /** @throws NotFoundError `not-found` */
  open(fileId: FileId): Promise<DownloadableFile>
  /** Removes the bytes for good. */
  wipe(fileIds: readonly FileId[]): Promise<void>
  /** Removes some of the uploads that no message carried within a day; says how many files were looked at. */
  sweep(): Promise<number>
}

/** Files over a storage port; rows say whose they are. */
export function createFileService(deps: {
  db: Database
  storage: StoragePort
  clock: Clock
  ids: Ids
}): FileService {
  const { storage, clock, ids } = deps
  const files = createFileRepository(deps.db)
  const inspection = createGate(INSPECTED_AT_ONCE)

  /** What a stored file turns out to be, by its bytes. @throws UnsupportedFileError */
  async function inspect(fileId: string): Promise<FileKind & { sizeBytes: number }> {
    return inspection(async () => {
      const file = await storage.open(fileId)
      const bytes = file === null ? Buffer.alloc(0) : await buffer(file.stream)
      const kind = bytes.length === 0 ? null : await detectFileKind(bytes)
      if (kind === null) throw new UnsupportedFileError()
      return { ...kind, sizeBytes: bytes.length }
    })
  }

  async function findRow(fileId: FileId) {
    const row = await files.find(fileId)
    if (row === undefined) throw new NotFoundError('The file')
    return row
  }

  return {
    async upload(principal, thread, name, bytes) {
      allow(maySend, principal, thread, 'send files in this conversation')
      if ((await files.countOf(thread.id)) >= MAX_FILES_PER_THREAD)
        throw new DomainError('too-many-requests', 'This conversation holds as many files as it may')
      const id = ids.uuid()
      await storage.put(id, bytes)
      try {
        const kind = await inspect(id)
        const row = {
          id,
          threadId: thread.id,
          uploaderRawId: principal.rawId,
          name: safeFileName(name, kind),
          contentType: kind.contentType,
          sizeBytes: kind.sizeBytes,
          createdAt: new Date(clock.now()),
        }
        await files.insert(row)
        return presentAttachment(row)
      } catch (error) {
        await storage.remove(id)
        throw error
      }
    },

    async attachmentsToSend(principal, threadId, fileIds) {
      const rows = await files.uploadedBy(principal.rawId, threadId, fileIds)
      return [...new Set(fileIds)].map(fileId => {
        const row = rows.find(candidate => candidate.id === fileId)
        if (row === undefined || row.createdAt.getTime() < clock.now() - SENDABLE_MS)
          throw new NotFoundError('The file')
        return presentAttachment(row)
      })
    },

    async find(fileId) {
      const { threadId, uploaderRawId } = await findRow(fileId)
      return { threadId: threadId as ThreadId, uploaderRawId }
    },

    async open(fileId) {
      const row = await findRow(fileId)
      const file = await storage.open(row.id)
      if (file === null) throw new NotFoundError('The file')
      return {
        name: row.name,
        contentType: row.contentType,
        sizeBytes: file.sizeBytes,
        inline: inlineTypes.has(row.contentType),
        stream: file.stream,
      }
    },

    async sweep() {
      const now = clock.now()
      const found = await files.unchecked(new Date(now - SWEPT_AFTER_MS), SWEPT_AT_ONCE)
      const [sent, unsent] = [found.filter(file => file.isSent), found.filter(file => !file.isSent)]
      // The bytes first: a row that is left is found again, bytes without row would stay for ever.
      for (const { id } of unsent) await storage.remove(id)
      if (unsent.length > 0)
        await files.markDeleted(
          unsent.map(file => file.id),
          new Date(now),
        )
      if (sent.length > 0)
        await files.markChecked(
          sent.map(file => file.id),
          new Date(now),
        )
      return found.length
    },

    async wipe(fileIds) {
      if (fileIds.length === 0) return
      await files.markDeleted(fileIds, new Date(clock.now()))
      for (const fileId of fileIds) await storage.remove(fileId)
    },
  }
}

function presentAttachment(row: {
  id: string
  name: string
  contentType: string
  sizeBytes: number
}): Attachment {
  return {
    id: row.id as FileId,
    attachmentType: inlineTypes.has(row.contentType) ? 'image' : 'file',
    name: row.name,
    contentType: row.contentType,
    sizeBytes: row.sizeBytes,
    url: `/api/files/${row.id}`,
  }
}
