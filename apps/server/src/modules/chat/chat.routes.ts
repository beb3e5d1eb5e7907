import type { MultipartFile } from '@fastify/multipart'
import { DomainError, type ThreadId } from '@guichet/domain'
import {
  type Clock,
  ForbiddenError,
  NotFoundError,
  type Principal,
  type RouteBinder,
  type SocketHub,
} from '../../platform/index.ts'
import { createKeyedLimit } from '../identity/index.ts'
import { type ChatService, threadTopic } from './chat.service.ts'
import type { FileService } from './file.service.ts'
import type { ThreadEntry } from './thread.repository.ts'

/** What one visitor writes, over all their connections: far more than anybody types, even after a long cut. */
const WRITE_BURST = 300
const WRITE_PER_SECOND = 20

/** Binds the socket methods of chat, and follows threads for whoever may read them. */
export function bindChatSocket(hub: SocketHub, chat: ChatService, clock: Clock): void {
  const limit = createKeyedLimit(clock, WRITE_PER_SECOND, WRITE_BURST)
  const admit = ({ kind, rawId }: Principal) => {
    if (kind === 'visitor' && !limit.take(rawId))
      throw new DomainError('too-many-requests', 'Too many messages at once; try again in a moment', {
        retryable: true,
      })
  }

  hub.onConnect(connection => {
    const { principal } = connection
    // Staff follow a thread when they open it: reading and following begin together, without a gap.
    if (principal.kind === 'visitor') hub.subscribe(connection, threadTopic(principal.threadId))
  })

  hub.handle('chat.send', async (input, { principal }) => {
    admit(principal)
    return { message: await chat.send(principal, input) }
  })
  hub.handle('chat.edit', async ({ threadId, messageId, message }, { principal }) => {
    admit(principal)
    return { message: await chat.edit(principal, threadId, messageId, message) }
  })
  hub.handle('chat.delete', async ({ threadId, messageId }, { principal }) => ({
    message: await chat.remove(principal, threadId, messageId),
  }))
  hub.handle('chat.sync', async ({ threadId, afterVersion, limit }, connection) => {
    const { principal } = connection
    if (!connection.topics.has(threadTopic(threadId))) {
      if (!(await chat.canRead(principal, threadId))) throw new ForbiddenError('read this conversation')
      hub.subscribe(connection, threadTopic(threadId))
    }
    return chat.sync(principal, threadId, afterVersion, limit)
  })
  hub.handle('chat.typing', async ({ threadId }, connection) => {
    await chat.typing(connection.principal, threadId, connection)
    return {}
  })
  hub.handle('chat.read', async ({ threadId, messageId }, { principal }) => {
    await chat.markRead(principal, threadId, messageId)
    return {}
  })
}

/** Thrown when a form is malformed, or ends before it is over. */
class UnreadableFormError extends DomainError {
  constructor() {
    super('invalid-request', 'The form could not be read to its end')
  }
}

/** The bytes of an upload; what is wrong with them is told as such. */
async function* bytesOf(file: MultipartFile['file']): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of file) yield chunk
  } catch {
    throw new UnreadableFormError()
  }
  if (file.truncated) throw new DomainError('payload-too-large', 'Files may be up to 10 MB')
}

/** Binds upload and download of files. */
export function bindFileRoutes(
  bind: RouteBinder,
  deps: { chat: ChatService; files: FileService; findThread(threadId: ThreadId): Promise<ThreadEntry> },
): void {
  const { chat, files } = deps

  bind(
    'POST /api/threads/:threadId/files',
    async ({ principal, input, request }) => {
      const thread = await deps.findThread(input.params.threadId)
      if (!request.isMultipart())
        throw new DomainError('invalid-request', 'Send the file as multipart/form-data')
      const part = await request.file().catch(error => {
        throw error.statusCode === undefined ? new UnreadableFormError() : error
      })
      if (part === undefined || part.fieldname !== 'file')
        throw new DomainError('invalid-request', 'Send one part named `file`')
      return files.upload(principal, thread, part.filename, bytesOf(part.file))
    },
    { rateLimit: { max: 60, timeWindow: '1 minute' } },
  )

  bind('GET /api/files/:fileId', async ({ principal, input, reply }) => {
    const { threadId, uploaderRawId } = await files.find(input.params.fileId)
    const mayRead = uploaderRawId === principal.rawId || (await chat.canRead(principal, threadId))
    // A file that is not for the asker does not exist for them.
    if (!mayRead) throw new NotFoundError('The file')
    const file = await files.open(input.params.fileId)
    return reply
      .header(
        'content-type',
        file.contentType === 'text/plain' ? 'text/plain; charset=utf-8' : file.contentType,
      )
      .header('content-length', file.sizeBytes)
      .header('content-disposition', contentDisposition(file.name, file.inline))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, max-age=3600')
      .send(file.stream)
  })
}

/** @source RFC 6266, RFC 8187 */
function contentDisposition(name: string, inline: boolean): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
