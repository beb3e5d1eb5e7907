import { DomainError } from '@guichet/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseInput, UnauthenticatedError } from '../../platform/index.ts'
import { ADDRESS_HEADER, type Auth, PASSWORD_LENGTH, SWITCHED_OFF } from './auth.ts'
import { isSameHost, OriginNotAllowedError } from './origin.ts'
import type { SignInGuard } from './sign-in.guard.ts'

/** The routes of the library that are open; every other one answers 404. */
const SignIn = z.object({ email: z.string().max(200), password: z.string().max(PASSWORD_LENGTH.max) })
const ChangePassword = z.object({
  currentPassword: z.string().max(PASSWORD_LENGTH.max),
  newPassword: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
})

/** Thrown when e-mail and password do not fit; never tells which. */
export class WrongPasswordError extends DomainError {
  constructor() {
    super('unauthenticated', 'The e-mail address or the password is not right')
  }
}

export type AuthDoorDeps = {
  auth: Auth
  guard: SignInGuard
  publicUrl: string | undefined
  /** Closes the sockets of a session that ended; tabs that are still signed in come back by themselves. */
  signedOut(request: FastifyRequest): Promise<() => void>
}

/** Binds sign-in, sign-out, session and change of password under `/api/auth`. */
export function bindAuthDoor(app: FastifyInstance, deps: AuthDoorDeps): void {
  const { auth, guard } = deps

  app.post('/api/auth/sign-in/email', async (request, reply) => {
    checkOrigin(request, deps.publicUrl)
    const body = parseInput(SignIn, request.body)
    const succeeded = guard.admit(request.ip, body.email)
    const response = await ask(auth, request, { email: body.email, password: body.password })
    if (response.ok) succeeded()
    else await refuse(response, new WrongPasswordError())
    return pass(response, request, reply)
  })

  app.post('/api/auth/sign-out', async (request, reply) => {
    checkOrigin(request, deps.publicUrl)
    const closeSockets = await deps.signedOut(request)
    const response = await ask(auth, request, {})
    closeSockets()
    forwardCookies(response, request, reply)
    return reply.send({ success: true })
  })

  app.get('/api/auth/get-session', async (request, reply) => {
    const response = await ask(auth, request)
    if (!response.ok) await refuse(response, new UnauthenticatedError())
    return pass(response, request, reply)
  })

  app.post('/api/auth/change-password', async (request, reply) => {
    checkOrigin(request, deps.publicUrl)
    const body = parseInput(ChangePassword, request.body)
    const succeeded = guard.admit(request.ip, 'change-password')
    const closeSockets = await deps.signedOut(request)
    const response = await ask(auth, request, { ...body, revokeOtherSessions: true })
    if (response.ok) succeeded()
    else await refuse(response, new WrongPasswordError())
    closeSockets()
    return pass(response, request, reply)
  })
}

/** Cookies only work from our own pages. @throws OriginNotAllowedError `origin-not-allowed` */
export function checkOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin, host } = request.headers
  if (origin !== undefined && !isSameHost(origin, host ?? '', publicUrl)) throw new OriginNotAllowedError()
  if (request.headers['sec-fetch-site'] === 'cross-site') throw new OriginNotAllowedError()
}

/** The request as the library reads it: the body parsed by us, the address as the connection knows it. */
function ask(auth: Auth, request: FastifyRequest, body?: object): Promise<Response> {
  const headers = webHeaders(request)
  if (body !== undefined) headers.set('content-type', 'application/json')
  return auth.handler(
    new Request(`${request.protocol}://${request.host}${request.url}`, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
}

/** The headers that matter for a session, with the address of the asker. */
export function webHeaders(request: FastifyRequest): Headers {
  const headers = new Headers({ [ADDRESS_HEADER]: request.ip })
  for (const name of ['cookie', 'user-agent', 'origin', 'referer'] as const) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  return headers
}

/** Turns a refusal of the library into a problem of ours. */
async function refuse(response: Response, unauthenticated: DomainError): Promise<never> {
  const { code } = z
    .object({ code: z.string().optional() })
    .catch({})
    .parse(await response.json().catch(() => ({})))
  if (code === SWITCHED_OFF)
    throw new DomainError('forbidden', 'This account is switched off; ask an administrator')
  if (response.status === 401 || code === 'INVALID_PASSWORD') throw unauthenticated
  if (response.status >= 500) throw new Error(`The sign-in library answered ${response.status}`)
  throw new DomainError('invalid-request', 'The request could not be understood')
}

async function pass(response: Response, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  forwardCookies(response, request, reply)
  // The session token stays in its cookie, out of reach of scripts.
  const body = (await response.json()) as { user?: unknown } | null
  return reply.header('cache-control', 'no-store').send(body === null ? null : { user: body.user ?? null })
}

function forwardCookies(response: Response, request: FastifyRequest, reply: FastifyReply): void {
  setCookies(response.headers.getSetCookie(), request, reply)
}

/** Sets cookies, `Secure` when the asker came over https. */
export function setCookies(cookies: readonly string[], request: FastifyRequest, reply: FastifyReply): void {
  for (const cookie of cookies) {
    const secure = request.protocol === 'https' && !/;\s*secure/i.test(cookie)
    reply.header('set-cookie', secure ? `${cookie}; Secure` : cookie)
  }
}
