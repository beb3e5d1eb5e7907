import type {
  Attachment,
  Call,
  ChatMessage,
  ClientFrame,
  Conversation,
  SocketEventName,
  SocketEvents,
} from '@guichet/contract'
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core'
import { buildWidget } from './built-widget.ts'

export const deskOrigin = 'https://desk.example'
export const shopOrigin = 'https://shop.example'

/** The strictest policy of a page under which the widget works. */
export const strictPolicy = [
  "default-src 'none'",
  `script-src ${deskOrigin}`,
  `connect-src ${deskOrigin} wss://desk.example`,
  "base-uri 'none'",
].join('; ')

const threadId = '19:0123456789abcdef@thread.v2' as ChatMessage['threadId']
export const me = {
  rawId: '8:acs:guichet_me',
  displayName: 'Visitor',
  role: 'consumer',
} as Call['participants'][0]
export const bot = {
  rawId: '8:acs:guichet_bot',
  displayName: 'Lavandine',
  role: 'bot',
} as Call['participants'][0]
export const camille = {
  rawId: '8:acs:guichet_camille',
  displayName: 'Camille Roux',
  role: 'agent',
} as Call['participants'][0]

/** Parameters of the methods that the fake answers, all at once: it trusts the widget. */
type AnyParams = {
  afterVersion: number
  clientMessageId: string
  messageId: string
  message: string
  fileIds?: string[]
  sdpOffer: string
  score: number
  comment?: string
}
/** A picture of one red pixel. */
const redPixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

type RequestFrame = Extract<ClientFrame, { type: 'request' }>

const now = () => new Date().toISOString()

function participant(party: { rawId: string; displayName: string; role: string }, change: object = {}) {
  const state = { state: 'connected', isMuted: false, isOnHold: false, camera: false, screen: false }
  return { ...party, ...state, ...change } as Call['participants'][0]
}

/** Plays the server for one browser context: pages of a shop, the widget's files, its API and its socket. */
export async function createFakeDesk(
  context: BrowserContext,
  options: { lang?: string; policy?: string } = {},
) {
  const built = await buildWidget()
  const frames: RequestFrame[] = []
  const starts: { locale: string; resumeToken?: string; startNew?: boolean; identity?: object }[] = []
  const sockets = new Set<WebSocketRoute>()
  const messages: ChatMessage[] = []
  const unexpected: string[] = []
  const files: Attachment[] = []
  let version = 0
  let call: Call | null = null
  let refusal: { method: string; code: string } | null = null
  /** Answers an SDP offer; a test that calls sets it. */
  let answer: (sdpOffer: string) => Promise<string> = () => Promise.reject(new Error('no media'))

  const conversation: Conversation = {
    id: '11111111-1111-4111-8111-111111111111' as Conversation['id'],
    state: 'open',
    threadId,
    contact: { rawId: me.rawId, displayName: 'Visitor' },
    locale: 'en',
    topic: null,
    handling: { by: 'bot', agent: null, queueName: null, position: null, expectedWaitMs: null },
    activeCallId: null,
    openedAt: now(),
    closedAt: null,
  }

  const thread = () => ({
    id: threadId,
    topic: '',
    createdOn: conversation.openedAt,
    lastSequenceId: messages.length,
    lastVersion: version,
    participants: [me, bot],
    readReceipts: [],
  })

  function event<N extends SocketEventName>(name: N, payload: SocketEvents[N]) {
    for (const socket of sockets) socket.send(JSON.stringify({ type: 'event', name, payload }))
  }

  function add(change: Partial<ChatMessage>): ChatMessage {
    version += 1
    const sequenceId = messages.length + 1
    const message: ChatMessage = {
      id: String(1_000_000_000 + sequenceId) as ChatMessage['id'],
      threadId,
      type: 'text',
      sequenceId,
      version,
      sender: bot,
      content: {},
      clientMessageId: null,
      createdOn: now(),
      editedOn: null,
      deletedOn: null,
      ...change,
    }
    messages.push(message)
    return message
  }

  function change(id: string, patch: Partial<ChatMessage>): ChatMessage {
    const index = messages.findIndex(message => message.id === id)
    version += 1
    const changed = { ...(messages[index] as ChatMessage), ...patch, version }
    messages[index] = changed
    return changed
  }

  async function respond(frame: RequestFrame): Promise<unknown> {
    const params = frame.params as AnyParams
    switch (frame.method) {
      case 'conversation.get':
        return { conversation, thread: thread(), call }
      case 'chat.sync':
        return {
          messages: messages.filter(m => m.version > params.afterVersion),
          lastVersion: version,
          more: false,
        }
      case 'chat.send': {
        const known = messages.find(message => message.clientMessageId === params.clientMessageId)
        if (known) return { message: known }
        const { clientMessageId, message: text, fileIds } = params
        const attachments = files.filter(file => fileIds?.includes(file.id))
        return { message: add({ sender: me, clientMessageId, content: { message: text, attachments } }) }
      }
      case 'chat.edit':
        return {
          message: change(params.messageId, { content: { message: params.message }, editedOn: now() }),
        }
      case 'chat.delete':
        return { message: change(params.messageId, { content: {}, deletedOn: now() }) }
      case 'conversation.requestPerson':
        conversation.handling = {
          ...conversation.handling,
          by: 'queue',
          position: 2,
          expectedWaitMs: 180_000,
        }
        return { conversation }
      case 'conversation.end':
        Object.assign(conversation, { state: 'closed', closedBy: 'consumer', closedAt: now() })
        return { conversation }
      case 'conversation.reopen':
        Object.assign(conversation, { state: 'open', closedBy: null, closedAt: null })
        return { conversation }
      case 'conversation.rate':
        conversation.rating = { score: params.score, comment: params.comment ?? null, ratedAt: now() }
        return { conversation }
      case 'call.start':
        call = {
          id: '22222222-2222-4222-8222-222222222222' as Call['id'],
          conversationId: conversation.id,
          state: 'connected',
          participants: [participant(me)],
          menu: [
            { tone: '1', label: 'Orders' },
            { tone: '2', label: 'Something else' },
          ],
          waiting: null,
          startedAt: now(),
          answeredAt: null,
          endedAt: null,
          endReason: null,
        }
        return {
          call,
          legId: '33333333-3333-4333-8333-333333333333',
          sdpAnswer: await answer(params.sdpOffer),
        }
      case 'call.rejoin':
        return { legId: '33333333-3333-4333-8333-333333333333', sdpAnswer: await answer(params.sdpOffer) }
      default:
        return {}
    }
  }

  async function receive(socket: WebSocketRoute, text: string) {
    const frame = JSON.parse(text) as ClientFrame
    const send = (value: unknown) => socket.send(JSON.stringify(value))
    if (frame.type === 'hello') send({ type: 'welcome', connectionId: 'c', serverTime: now() })
    else if (frame.type === 'ping') send({ type: 'pong' })
    else {
      frames.push(frame)
      if (refusal?.method === frame.method) {
        const problem = { type: 'about:blank', title: refusal.code, status: 409, code: refusal.code }
        return send({ type: 'response', id: frame.id, ok: false, problem })
      }
      send({ type: 'response', id: frame.id, ok: true, result: await respond(frame) })
    }
  }

  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
  await context.route('**/*', async route => {
    const request = route.request()
    const url = new URL(request.url())
    const javascript = { ...cors, 'content-type': 'text/javascript' }
    if (url.origin === shopOrigin) {
      return route.fulfill({
        contentType: 'text/html; charset=utf-8',
        headers: { 'content-security-policy': options.policy ?? strictPolicy },
        body: `<!doctype html><html lang="${options.lang ?? 'en'}"><title>Shop</title><main><h1>Shop</h1></main>
          ${url.pathname === '/bare' ? '' : `<script src="${deskOrigin}/widget.js" data-guichet async></script>`}</html>`,
      })
    }
    if (url.origin !== deskOrigin) {
      unexpected.push(request.url())
      return route.abort()
    }
    if (url.pathname === '/widget.js') return route.fulfill({ headers: javascript, body: built.widget.code })
    const chunk = [built.call, built.more].find(({ name }) => url.pathname === `/${name}`)
    if (chunk) return route.fulfill({ headers: javascript, body: chunk.code })
    if (url.pathname === '/api/visitor/conversations') {
      const start = request.postDataJSON()
      starts.push(start)
      if (start.startNew) Object.assign(conversation, { state: 'open', closedBy: null, rating: null })
      return route.fulfill({
        status: 201,
        headers: cors,
        json: {
          accessToken: 'access',
          accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
          resumeToken: 'resume',
          visitor: me,
          conversation,
          thread: thread(),
          iceServers: [],
          brand: { name: 'Maison Lavande', usuallyAnswersInMs: 120_000 },
        },
      })
    }
    if (/^\/api\/threads\/[^/]+\/files$/.test(url.pathname)) {
      const name = /filename="(.*?)"/.exec(request.postDataBuffer()?.toString() ?? '')?.[1] ?? ''
      const isImage = name.endsWith('.png')
      const file: Attachment = {
        id: `44444444-4444-4444-8444-44444444444${files.length}` as Attachment['id'],
        attachmentType: isImage ? 'image' : 'file',
        name,
        contentType: isImage ? 'image/png' : 'text/plain',
        sizeBytes: 1_234,
        url: '',
      }
      files.push(file)
      return route.fulfill({ status: 201, headers: cors, json: file })
    }
    if (url.pathname.startsWith('/api/files/') && request.headers().authorization === 'Bearer access') {
      return route.fulfill({ headers: cors, contentType: 'image/png', body: redPixel })
    }
    unexpected.push(request.url())
    return route.fulfill({ status: 404, headers: cors, body: '' })
  })
  await context.routeWebSocket('wss://desk.example/api/socket', socket => {
    sockets.add(socket)
    socket.onMessage(text => void receive(socket, String(text)))
    socket.onClose(() => void sockets.delete(socket))
  })

  return {
    frames,
    starts,
    unexpected,
    conversation,
    participant,
    framesOf: (method: string) => frames.filter(frame => frame.method === method),
    /** Somebody other than the visitor writes. */
    say(change: Partial<ChatMessage>) {
      event('message.changed', { message: add(change) })
    },
    type: (sender: Call['participants'][0]) => event('typing.started', { threadId, sender }),
    read(messageId: string) {
      const receipt = { rawId: camille.rawId, messageId: messageId as ChatMessage['id'], readOn: now() }
      event('thread.participantsChanged', { threadId, participants: [me, bot, camille] })
      event('message.read', { threadId, receipt })
    },
    changeConversation(patch: Partial<Conversation>) {
      Object.assign(conversation, patch)
      event('conversation.changed', { conversation })
    },
    changeCall(patch: Partial<Call>) {
      if (!call) throw new Error('there is no call')
      call = { ...call, ...patch }
      event('call.changed', { call })
      if (call.endedAt) call = null
    },
    refuse(method: string, code: string) {
      refusal = { method, code }
    },
    cut: () => [...sockets].forEach(socket => void socket.close()),
    /** Answers calls with a peer connection in a page of its own, which beeps. */
    async answerCalls(page: Page) {
      answer = sdpOffer => page.evaluate(`window.answer(${JSON.stringify(sdpOffer)})`)
      await page.evaluate(`window.answer = async sdpOffer => {
        const connection = new RTCPeerConnection()
        window.remote = connection
        await connection.setRemoteDescription({ type: 'offer', sdp: sdpOffer })
        const sound = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
        const [audio, camera] = connection.getTransceivers()
        audio.direction = camera.direction = 'sendrecv'
        await audio.sender.replaceTrack(sound.getAudioTracks()[0])
        await camera.sender.replaceTrack(sound.getVideoTracks()[0])
        await connection.setLocalDescription(await connection.createAnswer())
        await new Promise(resolve => {
          const check = () => connection.iceGatheringState === 'complete' && resolve()
          connection.onicegatheringstatechange = check
          check()
        })
        return connection.localDescription.sdp
      }`)
    },
  }
}

export type FakeDesk = Awaited<ReturnType<typeof createFakeDesk>>
