import { setTimeout as delay } from 'node:timers/promises'
import { createSocketClient, ProblemError, type SocketClient, socketUrl } from '@guichet/client'
import type {
  Call,
  DeskSnapshot,
  OfferView,
  SocketEventName,
  SocketEvents,
  SocketResult,
  VisitorSession,
} from '@guichet/contract'
import { WebSocket } from 'ws'
import { createVoice, endVoices, type Voice } from './api-voice.ts'

/** Somebody without a browser, on a socket that mends itself as a page's does. */
export type ApiPerson = {
  readonly socket: SocketClient
  /** The first event that fits, past or future. @throws Error after ten seconds. */
  heard<N extends SocketEventName>(
    name: N,
    fits?: (payload: SocketEvents[N]) => boolean,
    limitMs?: number,
  ): Promise<SocketEvents[N]>
  /** All events of a name so far, oldest first. */
  all<N extends SocketEventName>(name: N): SocketEvents[N][]
  /** Forgets the events so far. */
  forget(): void
  /** Loses the connection as a bad network does; the client comes back by itself. */
  cut(): void
  close(): void
}

/** A visitor with a conversation, and with a call once they have started one. */
export type ApiVisitor = ApiPerson & {
  readonly session: VisitorSession
  /** Starts a call; its sound is re-made whenever the server asks for it. */
  call(): Promise<Call>
  /** Starts a call whose sound is never connected; the server's answer. */
  offerCall(): Promise<string>
  /** The call as the server told it last. */
  view(): Call | null
}

/** A member of staff at a desk. */
export type ApiAgent = ApiPerson & {
  readonly me: DeskSnapshot['me']
  /** Answers a call or takes a chat. */
  accept(offer: OfferView): Promise<SocketResult<'offer.accept'>>
}

const HEARD_LIMIT_MS = 10_000
const REJOIN_ATTEMPTS = 20
const REJOIN_PAUSE_MS = 300
const PASSWORD = 'demo-guichet'

const opened = new Set<ApiPerson>()
let tabs = 0

/** Sends everybody home; a process in which somebody called ends only after this. */
export async function closeApiPeople(): Promise<void> {
  for (const person of opened) person.close()
  await endVoices()
}

/** Begins a conversation, as the widget does when it is opened. */
export async function openApiVisitor(url: string): Promise<ApiVisitor> {
  const session = await post<VisitorSession>(`${url}/api/visitor/conversations`, { locale: 'en' })
  let token = session
  const voice = createVoice()
  const person = openPerson(url, {}, async refused => {
    if (refused) {
      const { resumeToken } = token
      token = await post<VisitorSession>(`${url}/api/visitor/conversations`, { locale: 'en', resumeToken })
    }
    return token.accessToken
  })
  let callId: Call['id'] | null = null
  person.socket.on('call.rejoinNeeded', payload => {
    if (payload.callId === callId) void rejoin(person.socket, voice, payload.callId)
  })
  await person.socket.request('conversation.get', {})
  return welcome({
    ...person,
    session,
    async call() {
      const { call, sdpAnswer } = await person.socket.request('call.start', {
        conversationId: session.conversation.id,
        sdpOffer: voice.offer(),
      })
      callId = call.id
      await voice.connect(sdpAnswer)
      return call
    },
    async offerCall() {
      const { sdpAnswer } = await person.socket.request('call.start', {
        conversationId: session.conversation.id,
        sdpOffer: voice.offer(),
      })
      return sdpAnswer
    },
    view: () => person.all('call.changed').at(-1)?.call ?? null,
    close() {
      voice.close()
      person.close()
    },
  })
}

/** Signs in with a demo account and opens the desk. */
export async function openApiAgent(url: string, account: string, password = PASSWORD): Promise<ApiAgent> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: `${account}@demo.guichet`, password }),
  })
  if (!response.ok) throw new Error(`${account} was refused: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map(value => value.split(';')[0])
    .join('; ')
  const person = openPerson(url, { origin: url, cookie })
  const voice = createVoice()
  let callId: Call['id'] | null = null
  person.socket.on('call.rejoinNeeded', payload => {
    if (payload.callId === callId) void rejoin(person.socket, voice, payload.callId)
  })
  const { me } = await person.socket.request('desk.snapshot', {})
  return welcome({
    ...person,
    me,
    async accept({ id: offerId, channel }) {
      const accepted = await person.socket.request('offer.accept', {
        offerId,
        ...(channel === 'voice' ? { sdpOffer: voice.offer() } : {}),
      })
      callId = accepted.call?.id ?? null
      if (accepted.leg !== null) await voice.connect(accepted.leg.sdpAnswer)
      return accepted
    },
    close() {
      voice.close()
      person.close()
    },
  })
}

function welcome<P extends ApiPerson>(person: P): P {
  opened.add(person)
  return person
}

/** Offers anew, and again while the server is still starting its media. */
async function rejoin(socket: SocketClient, voice: Voice, callId: Call['id']): Promise<void> {
  for (let attempt = 1; attempt <= REJOIN_ATTEMPTS; attempt++) {
    try {
      const { sdpAnswer } = await socket.request('call.rejoin', { callId, sdpOffer: voice.offer() })
      return await voice.connect(sdpAnswer)
    } catch (error) {
      // Without a connection the server asks again when it is back.
      if (!(error instanceof ProblemError) || !error.retryable || error.code === 'offline') return
      await delay(REJOIN_PAUSE_MS)
    }
  }
}

type GetToken = (refused: boolean) => Promise<string>

function openPerson(url: string, headers: Record<string, string>, getToken?: GetToken): ApiPerson {
  let last: WebSocket | null = null
  const events: { name: SocketEventName; payload: unknown }[] = []
  const watchers = new Set<() => void>()
  const socket = createSocketClient({
    url: socketUrl(url),
    tabId: `api-person-${++tabs}`,
    ...(getToken === undefined ? {} : { getToken }),
    environment: {
      now: Date.now,
      setTimer: setTimeout,
      clearTimer: timer => clearTimeout(timer as NodeJS.Timeout),
      random: Math.random,
      openSocket(address) {
        last = new WebSocket(address, { headers })
        last.on('error', () => undefined)
        return last as never
      },
      onOnline: () => () => undefined,
    },
  })
  for (const name of eventNames) {
    socket.on(name, payload => {
      events.push({ name, payload })
      for (const watcher of watchers) watcher()
    })
  }
  socket.start()
  return {
    socket,
    heard(name, fits = () => true, limitMs = HEARD_LIMIT_MS) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(event => event.name === name && fits(event.payload as never))
          if (found === undefined) return
          clearTimeout(limit)
          watchers.delete(look)
          resolve(found.payload as never)
        }
        const limit = setTimeout(() => {
          watchers.delete(look)
          const known = events.map(event => event.name).join(', ')
          reject(new Error(`no ${name} that fits within ${limitMs} ms; heard: ${known}`))
        }, limitMs)
        watchers.add(look)
        look()
      })
    },
    all: name => events.filter(event => event.name === name).map(event => event.payload) as never,
    forget() {
      events.length = 0
    },
    cut: () => last?.terminate(),
    close: () => socket.close(),
  }
}

const eventNames: readonly SocketEventName[] = [
  'message.changed',
  'conversation.changed',
  'call.changed',
  'offer.issued',
  'offer.ended',
  'assignment.changed',
  'worker.changed',
]

async function post<T>(address: string, body: object): Promise<T> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
