import {
  ApplicationId,
  ConversationId,
  DeviceId,
  FileId,
  QueueId,
  ThreadId,
  TrunkId,
  WorkerId,
} from '@guichet/domain'
import { z } from 'zod'
import { Attachment } from './chat.ts'
import { DisplayName, Instant, Locale, Party, StaffRole } from './common.ts'
import { Conversation, StartConversation, VisitorSession } from './conversation.ts'
import { ConversationDetail } from './history.ts'
import { Article, ArticleInput, TriedAnswer, TryQuestion } from './knowledge.ts'
import { PromptPreview, PromptSound, SoundName } from './prompts.ts'
import { QueueView, UpdateQueue } from './routing.ts'
import {
  ChangeTrunk,
  CheckedNumber,
  CheckNumber,
  Device,
  DevicePassword,
  DialledNumber,
  NewDevice,
  NewTrunk,
  OutboundRules,
  PhoneNumber,
  Trunk,
} from './telephony.ts'

/** Who may knock at a route; policies decide the rest. */
export type RouteAccess = 'public' | 'visitor' | 'staff' | 'visitorOrStaff'

export type RouteSpec = {
  summary: string
  access: RouteAccess
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** Absent where bytes flow instead of JSON. */
  response?: z.ZodType
  status: 200 | 201 | 202 | 204
  bytes?: 'request' | 'response'
}

const none = z.object({})

export const StaffMember = z.object({
  id: WorkerId,
  party: Party,
  email: z.email(),
  roles: z.array(StaffRole),
  locale: Locale,
  disabled: z.boolean(),
})
export type StaffMember = z.infer<typeof StaffMember>

/** A voice application as stored; `document` follows the schema of `@guichet/domain/flow`. */
export const ApplicationView = z.object({
  id: ApplicationId,
  name: z.string(),
  kind: z.enum(['autoAttendant', 'callQueue']),
  isDefault: z.boolean(),
  document: z.record(z.string(), z.unknown()),
  version: z.number().int().positive(),
  updatedAt: Instant,
  problems: z.array(
    z.object({ path: z.string(), code: z.string(), message: z.object({ en: z.string(), fr: z.string() }) }),
  ),
})
export type ApplicationView = z.infer<typeof ApplicationView>

export const WidgetSettings = z.object({
  /** Origins of pages that may show the widget, e.g. `https://shop.example`. */
  allowedOrigins: z.array(z.url({ protocol: /^https?$/ })).max(100),
  brandName: DisplayName,
  defaultLocale: Locale,
})
export type WidgetSettings = z.infer<typeof WidgetSettings>

/** Every HTTP route, by `METHOD path`; the server binds, the client types and OpenAPI all come from here. */
export const httpRoutes = {
  'POST /api/visitor/conversations': {
    summary: 'Start a conversation, or resume an earlier one with its resume token',
    access: 'public',
    body: StartConversation,
    response: VisitorSession,
    status: 201,
  },
  'POST /api/threads/:threadId/files': {
    summary: 'Upload an image or file (multipart, one part `file`, up to 10 MB) to send in a message',
    access: 'visitorOrStaff',
    params: z.object({ threadId: ThreadId }),
    response: Attachment,
    status: 201,
    bytes: 'request',
  },
  'GET /api/files/:fileId': {
    summary: 'Download an attachment',
    access: 'visitorOrStaff',
    params: z.object({ fileId: FileId }),
    status: 200,
    bytes: 'response',
  },
  'GET /api/me': {
    summary: 'Who is signed in, with which roles',
    access: 'staff',
    response: StaffMember,
    status: 200,
  },
  'PATCH /api/me': {
    summary: 'Change my own display name or language',
    access: 'staff',
    body: z.object({ displayName: DisplayName.optional(), locale: Locale.optional() }),
    response: StaffMember,
    status: 200,
  },
  'GET /api/setup': {
    summary: 'Whether the first administrator is still to be made',
    access: 'public',
    response: z.object({ needed: z.boolean(), demo: z.boolean() }),
    status: 200,
  },
  'POST /api/setup': {
    summary:
      'Make the first administrator; only while there is none, and with the code printed by the server',
    access: 'public',
    body: z.object({
      setupCode: z.string().max(100),
      displayName: DisplayName,
      email: z.email().max(200),
      password: z.string().min(12).max(200),
    }),
    response: none,
    status: 201,
  },
  'GET /api/conversations': {
    summary: 'Conversations, newest first',
    access: 'staff',
    query: z.object({
      state: z.enum(['open', 'closed']).optional(),
      search: z.string().max(200).optional(),
      before: Instant.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
    response: z.object({ value: z.array(Conversation), nextBefore: Instant.nullable() }),
    status: 200,
  },
  'GET /api/conversations/:conversationId': {
    summary: 'One conversation with its contact, history and hand-over',
    access: 'staff',
    params: z.object({ conversationId: ConversationId }),
    response: ConversationDetail,
    status: 200,
  },
  'GET /api/articles': {
    summary: 'Knowledge articles',
    access: 'staff',
    query: z.object({ locale: Locale.optional(), search: z.string().max(200).optional() }),
    response: z.object({ value: z.array(Article) }),
    status: 200,
  },
  'POST /api/articles': {
    summary: 'Write an article',
    access: 'staff',
    body: ArticleInput,
    response: Article,
    status: 201,
  },
  'PUT /api/articles/:articleId': {
    summary: 'Replace an article',
    access: 'staff',
    params: z.object({ articleId: z.uuid() }),
    body: ArticleInput,
    response: Article,
    status: 200,
  },
  'DELETE /api/articles/:articleId': {
    summary: 'Delete an article',
    access: 'staff',
    params: z.object({ articleId: z.uuid() }),
    response: none,
    status: 200,
  },
  'POST /api/articles/try': {
    summary: 'Ask as a visitor would, and see what the bot answers and why',
    access: 'staff',
    body: TryQuestion,
    response: TriedAnswer,
    status: 200,
  },
  'GET /api/queues': {
    summary: 'Queues with their members and live figures',
    access: 'staff',
    response: z.object({ value: z.array(QueueView) }),
    status: 200,
  },
  'PATCH /api/queues/:queueId': {
    summary: 'Change settings or members of a queue; takes effect at once',
    access: 'staff',
    params: z.object({ queueId: QueueId }),
    body: UpdateQueue,
    response: QueueView,
    status: 200,
  },
  'GET /api/applications': {
    summary: 'Voice applications: auto attendants and call queues',
    access: 'staff',
    response: z.object({ value: z.array(ApplicationView) }),
    status: 200,
  },
  'PUT /api/applications/:applicationId': {
    summary: 'Replace a voice application; calls in progress keep the version they began with',
    access: 'staff',
    params: z.object({ applicationId: ApplicationId }),
    body: z.object({ document: z.record(z.string(), z.unknown()), version: z.number().int().positive() }),
    response: ApplicationView,
    status: 200,
  },
  'GET /api/prompts': {
    summary: 'Sounds of the library, by name, with the applications that play them',
    access: 'staff',
    response: z.object({ value: z.array(PromptSound) }),
    status: 200,
  },
  'POST /api/prompts': {
    summary:
      'Add a sound (multipart, one part `file`: WAV of PCM with 8 to 32 bits or float, up to 20 MB and 10 minutes)',
    access: 'staff',
    query: z.object({ name: SoundName, language: Locale.optional() }),
    response: PromptSound,
    status: 201,
    bytes: 'request',
  },
  'PATCH /api/prompts/:fileId': {
    summary: 'Change name or language of a sound',
    access: 'staff',
    params: z.object({ fileId: FileId }),
    body: z.object({ name: SoundName.optional(), language: Locale.nullable().optional() }),
    response: PromptSound,
    status: 200,
  },
  'DELETE /api/prompts/:fileId': {
    summary: 'Delete a sound that no application plays',
    access: 'staff',
    params: z.object({ fileId: FileId }),
    response: none,
    status: 200,
  },
  'GET /api/prompts/:fileId/sound': {
    summary: 'Listen to a sound; ranges of bytes may be asked for',
    access: 'staff',
    params: z.object({ fileId: FileId }),
    status: 200,
    bytes: 'response',
  },
  'PUT /api/prompts/:fileId/sound': {
    summary: 'Replace a sound by another (as when adding one); calls from now on hear the new one',
    access: 'staff',
    params: z.object({ fileId: FileId }),
    response: PromptSound,
    status: 200,
    bytes: 'request',
  },
  'POST /api/prompts/preview': {
    summary: 'Hear words as callers would (WAV)',
    access: 'staff',
    body: PromptPreview,
    status: 200,
    bytes: 'response',
  },
  'GET /api/trunks': {
    summary: 'Lines to the telephone network, in the order in which they are tried',
    access: 'staff',
    response: z.object({ value: z.array(Trunk) }),
    status: 200,
  },
  'POST /api/trunks': {
    summary: 'Add a trunk; its password never comes out again',
    access: 'staff',
    body: NewTrunk,
    response: Trunk,
    status: 201,
  },
  'PATCH /api/trunks/:trunkId': {
    summary: 'Change a trunk',
    access: 'staff',
    params: z.object({ trunkId: TrunkId }),
    body: ChangeTrunk,
    response: Trunk,
    status: 200,
  },
  'DELETE /api/trunks/:trunkId': {
    summary: 'Remove a trunk',
    access: 'staff',
    params: z.object({ trunkId: TrunkId }),
    response: none,
    status: 200,
  },
  'GET /api/numbers': {
    summary: 'Numbers that reach us, and where their calls go',
    access: 'staff',
    response: z.object({ value: z.array(PhoneNumber) }),
    status: 200,
  },
  'PUT /api/numbers/:number': {
    summary: 'Say where calls to a number go',
    access: 'staff',
    params: z.object({ number: DialledNumber }),
    body: PhoneNumber.omit({ number: true }),
    response: PhoneNumber,
    status: 200,
  },
  'DELETE /api/numbers/:number': {
    summary: 'Let calls to a number go nowhere',
    access: 'staff',
    params: z.object({ number: DialledNumber }),
    response: none,
    status: 200,
  },
  'GET /api/devices': {
    summary: 'Desk phones that may register',
    access: 'staff',
    response: z.object({ value: z.array(Device) }),
    status: 200,
  },
  'POST /api/devices': {
    summary: 'Add a desk phone; its password is told this once',
    access: 'staff',
    body: NewDevice,
    response: DevicePassword,
    status: 201,
  },
  'POST /api/devices/:deviceId/password': {
    summary: 'Give a desk phone a new password, told this once',
    access: 'staff',
    params: z.object({ deviceId: DeviceId }),
    response: DevicePassword,
    status: 200,
  },
  'DELETE /api/devices/:deviceId': {
    summary: 'Remove a desk phone',
    access: 'staff',
    params: z.object({ deviceId: DeviceId }),
    response: none,
    status: 200,
  },
  'GET /api/settings/outbound': {
    summary: 'Which outside numbers may be called, and for how much',
    access: 'staff',
    response: OutboundRules,
    status: 200,
  },
  'PUT /api/settings/outbound': {
    summary: 'Change which outside numbers may be called',
    access: 'staff',
    body: OutboundRules,
    response: OutboundRules,
    status: 200,
  },
  'POST /api/outbound/check': {
    summary: 'Read a number as somebody typed it, and tell whether it may be called',
    access: 'staff',
    body: CheckNumber,
    response: CheckedNumber,
    status: 200,
  },
  'GET /api/staff': {
    summary: 'Everybody who can sign in',
    access: 'staff',
    response: z.object({ value: z.array(StaffMember) }),
    status: 200,
  },
  'POST /api/staff': {
    summary: 'Add a member of staff',
    access: 'staff',
    body: z.object({
      displayName: DisplayName,
      email: z.email().max(200),
      password: z.string().min(12).max(200),
      roles: z.array(StaffRole).min(1),
      locale: Locale,
    }),
    response: StaffMember,
    status: 201,
  },
  'PATCH /api/staff/:workerId': {
    summary: 'Change roles, name or whether the member may sign in',
    access: 'staff',
    params: z.object({ workerId: WorkerId }),
    body: z.object({
      displayName: DisplayName.optional(),
      roles: z.array(StaffRole).min(1).optional(),
      disabled: z.boolean().optional(),
    }),
    response: StaffMember,
    status: 200,
  },
  'GET /api/settings/widget': {
    summary: 'Where the widget may be shown and under which name',
    access: 'staff',
    response: WidgetSettings,
    status: 200,
  },
  'PUT /api/settings/widget': {
    summary: 'Replace the widget settings',
    access: 'staff',
    body: WidgetSettings,
    response: WidgetSettings,
    status: 200,
  },
} as const satisfies Record<string, RouteSpec>

export type HttpRoutes = typeof httpRoutes
export type HttpRoute = keyof HttpRoutes
type Part<
  R extends HttpRoute,
  K extends 'params' | 'query' | 'body',
  D extends 'input' | 'output',
> = HttpRoutes[R] extends {
  [key in K]: infer S extends z.ZodType
}
  ? { [key in K]: D extends 'input' ? z.input<S> : z.output<S> }
  : unknown
/** What a client sends to a route. */
export type HttpRequest<R extends HttpRoute> = Part<R, 'params', 'input'> &
  Part<R, 'query', 'input'> &
  Part<R, 'body', 'input'>
/** What a handler gets, parsed. */
export type HttpInput<R extends HttpRoute> = Part<R, 'params', 'output'> &
  Part<R, 'query', 'output'> &
  Part<R, 'body', 'output'>
export type HttpResponse<R extends HttpRoute> = HttpRoutes[R] extends { response: infer S extends z.ZodType }
  ? z.output<S>
  : never
