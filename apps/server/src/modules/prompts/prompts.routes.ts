import { MAX_SOUND_BYTES } from '@guichet/contract'
import { DomainError } from '@guichet/domain'
import type { FastifyRequest } from 'fastify'
import { allow, type RouteBinder } from '../../platform/index.ts'
import { parseRange } from './byte-range.ts'
import { mayPreviewPrompts, mayReadPrompts, mayWritePrompts } from './prompts.policy.ts'
import type { SpokenWordsPort } from './prompts.ports.ts'
import type { PromptsService } from './prompts.service.ts'

/** Thrown when a form is malformed, or ends before it is over. */
class UnreadableFormError extends DomainError {
  constructor() {
    super('invalid-request', 'Send the sound as multipart/form-data, in one part named `file`')
  }
}

/** The bytes of the one part of an upload. @throws UnreadableFormError */
async function* readUpload(request: FastifyRequest): AsyncGenerator<Uint8Array> {
  if (!request.isMultipart()) throw new UnreadableFormError()
  // One byte more than allowed is let through, so that whoever counts them tells what is wrong.
  const part = await request.file({ limits: { fileSize: MAX_SOUND_BYTES + 1 } }).catch(error => {
    throw error.statusCode === undefined ? new UnreadableFormError() : error
  })
  if (part === undefined || part.fieldname !== 'file') throw new UnreadableFormError()
  try {
    for await (const chunk of part.file) yield chunk
  } catch {
    throw new UnreadableFormError()
  }
}

const uploadLimit = { rateLimit: { max: 60, timeWindow: '1 minute' } }

/** Binds the HTTP routes of the library. */
export function bindPromptRoutes(
  bind: RouteBinder,
  deps: { prompts: PromptsService; speech: SpokenWordsPort },
): void {
  const { prompts, speech } = deps

  bind('GET /api/prompts', async ({ principal }) => {
    allow(mayReadPrompts, principal, null, 'see sounds')
    return { value: await prompts.list() }
  })
  bind(
    'POST /api/prompts',
    async ({ principal, input, request }) => {
      allow(mayWritePrompts, principal, null, 'add sounds')
      const { name, language = null } = input.query
      return prompts.add(principal, { name, language }, readUpload(request))
    },
    uploadLimit,
  )
  bind('PATCH /api/prompts/:fileId', async ({ principal, input }) => {
    allow(mayWritePrompts, principal, null, 'change sounds')
    return prompts.change(principal, input.params.fileId, input.body)
  })
  bind('DELETE /api/prompts/:fileId', async ({ principal, input }) => {
    allow(mayWritePrompts, principal, null, 'delete sounds')
    await prompts.remove(principal, input.params.fileId)
    return {}
  })
  bind(
    'PUT /api/prompts/:fileId/sound',
    async ({ principal, input, request }) => {
      allow(mayWritePrompts, principal, null, 'replace sounds')
      return prompts.replace(principal, input.params.fileId, readUpload(request))
    },
    uploadLimit,
  )
  bind('GET /api/prompts/:fileId/sound', async ({ principal, input, request, reply }) => {
    allow(mayReadPrompts, principal, null, 'hear sounds')
    const { sizeBytes, version } = await prompts.find(input.params.fileId)
    const etag = `"${version}"`
    reply
      .header('content-type', 'audio/wav')
      .header('accept-ranges', 'bytes')
      .header('etag', etag)
      .header('cache-control', 'private, no-cache')
      .header('content-security-policy', "default-src 'none'; sandbox")
    if (request.headers['if-none-match'] === etag) return reply.status(304).send()
    // A part of another version would not fit to the parts that the asker has.
    const isSame = (request.headers['if-range'] ?? etag) === etag
    const range = isSame ? parseRange(request.headers.range, sizeBytes) : null
    if (range === 'unsatisfiable')
      return reply.status(416).header('content-range', `bytes */${sizeBytes}`).send()
    if (range === null) return reply.header('content-length', sizeBytes).send(await prompts.open(version))
    return reply
      .status(206)
      .header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`)
      .header('content-length', range.end - range.start + 1)
      .send(await prompts.open(version, range))
  })
  bind(
    'POST /api/prompts/preview',
    async ({ principal, input, reply }) => {
      allow(mayPreviewPrompts, principal, null, 'have words spoken')
      const { text, language, voice } = input.body
      const sound = await speech.speak({ text, locale: language, voice })
      return reply
        .header('content-type', 'audio/wav')
        .header('cache-control', 'no-store')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(sound)
    },
    { rateLimit: { max: 30, timeWindow: '1 minute' } },
  )
}
