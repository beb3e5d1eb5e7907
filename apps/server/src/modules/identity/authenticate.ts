import type { StaffMember } from '@guichet/contract'
import type { WorkerId } from '@guichet/domain'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  type Authenticator,
  NotFoundError,
  type Principal,
  type SocketAuthenticator,
  type StaffPrincipal,
} from '../../platform/index.ts'
import { checkOrigin, setCookies, webHeaders } from './auth.door.ts'
import type { Auth } from './auth.ts'
import { isSameHost, OriginNotAllowedError } from './origin.ts'
import type { StaffService } from './staff.service.ts'
import type { VisitorTokens } from './visitor-tokens.ts'

const SessionBody = z.object({ user: z.object({ id: z.uuid() }) }).nullable()
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Tells who knocks, at the HTTP door and at the socket door. */
export type Authentication = {
  authenticateHttp: Authenticator
  authenticateSocket: SocketAuthenticator
  /** Sends renewed session cookies with the reply that follows. */
  bindRenewal(app: FastifyInstance): void
}

/**
 * Visitors bring a token, staff a session cookie. A token decides alone: a page that sends one is never taken for
 * the member of staff who happens to be signed in.
 */
export function createAuthentication(deps: {
  auth: Auth
  staff: StaffService
  visitorTokens: VisitorTokens
  publicUrl: string | undefined
  isOriginAllowed(origin: string, host: string): Promise<boolean>
}): Authentication {
  const { auth, staff, visitorTokens, publicUrl } = deps
  const renewed = new WeakMap<FastifyRequest, string[]>()

  async function staffOf(headers: Headers): Promise<{ principal: StaffPrincipal; cookies: string[] } | null> {
    const { response, headers: replyHeaders } = await auth.api.getSession({ headers, returnHeaders: true })
    const session = SessionBody.parse(response)
    if (session === null) return null
    const member = await staff.get(session.user.id as WorkerId).catch(error => {
      if (error instanceof NotFoundError) return null
      throw error
    })
    if (member === null || member.disabled) return null
    return { principal: toPrincipal(member), cookies: replyHeaders.getSetCookie() }
  }

  return {
    async authenticateHttp(request): Promise<Principal | null> {
      const { authorization, cookie } = request.headers
      if (authorization !== undefined) {
        const token = /^Bearer (\S+)$/i.exec(authorization)?.[1]
        return token === undefined ? null : visitorTokens.verifyAccess(token)
      }
      if (cookie === undefined) return null
      if (!safeMethods.has(request.method)) checkOrigin(request, publicUrl)
      const found = await staffOf(webHeaders(request))
      if (found === null) return null
      if (found.cookies.length > 0) renewed.set(request, found.cookies)
      return found.principal
    },

    async authenticateSocket({ token, cookie, origin, host }): Promise<Principal | null> {
      if (token !== undefined) {
        // Browsers always tell the origin of a socket; without one there is no page that could be abused.
        if (origin !== undefined && !(await deps.isOriginAllowed(origin, host)))
          throw new OriginNotAllowedError()
        return visitorTokens.verifyAccess(token)
      }
      if (cookie === undefined) return null
      if (origin === undefined || !isSameHost(origin, host, publicUrl)) throw new OriginNotAllowedError()
      return (await staffOf(new Headers({ cookie })))?.principal ?? null
    },

    bindRenewal(app) {
      app.addHook('onSend', async (request, reply) => {
        const cookies = renewed.get(request)
        if (cookies !== undefined && !reply.hasHeader('set-cookie')) setCookies(cookies, request, reply)
      })
    },
  }
}

function toPrincipal(member: StaffMember): StaffPrincipal {
  return {
    kind: 'staff',
    rawId: member.party.rawId,
    party: member.party,
    workerId: member.id,
    roles: member.roles,
    locale: member.locale,
  }
}
