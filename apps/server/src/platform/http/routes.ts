import {
  type HttpInput,
  type HttpResponse,
  type HttpRoute,
  httpRoutes,
  type RouteSpec,
} from '@guichet/contract'
import { DomainError } from '@guichet/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import { parseInput } from '../input.ts'
import type { Principal, StaffPrincipal } from '../principal.ts'
import { ForbiddenError } from '../principal.ts'

/** Thrown when a door needs to know who is asking, and cannot tell. */
export class UnauthenticatedError extends DomainError {
  constructor() {
    super('unauthenticated', 'Sign in first')
  }
}

/** Tells who sends a request; null for nobody known. */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | null>

/** The asker as a route's access level guarantees it. */
type Asker<R extends HttpRoute> = (typeof httpRoutes)[R]['access'] extends 'public'
  ? null
  : (typeof httpRoutes)[R]['access'] extends 'staff'
    ? StaffPrincipal
    : Principal

export type RouteHandler<R extends HttpRoute> = (context: {
  input: HttpInput<R>
  principal: Asker<R>
  request: FastifyRequest
  reply: FastifyReply
}) => Promise<HttpResponse<R> | FastifyReply>

export type RouteBinder = <R extends HttpRoute>(
  route: R,
  handler: RouteHandler<R>,
  options?: { rateLimit?: { max: number; timeWindow: string } },
) => void

/**
 * Binds handlers to the routes of the contract: authenticates, parses params, query and body, checks the reply
 * against its schema (unknown keys never leave), answers with the route's status.
 */
export function createRouteBinder(app: FastifyInstance, authenticate: Authenticator): RouteBinder {
  return (route, handler, options) => {
    const spec: RouteSpec = httpRoutes[route]
    const [method, url] = route.split(' ') as ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string]
    const shorthand: RouteShorthandOptions = options?.rateLimit
      ? { config: { rateLimit: options.rateLimit } }
      : {}
    app.route({
      ...shorthand,
      method,
      url,
      handler: async (request, reply) => {
        const principal = await admit(spec, request, authenticate)
        const input = {
          ...(spec.params ? { params: parseInput(spec.params, request.params) } : {}),
          ...(spec.query ? { query: parseInput(spec.query, request.query) } : {}),
          ...(spec.body ? { body: parseInput(spec.body, request.body ?? {}) } : {}),
        }
        const result = await handler({ input, principal, request, reply } as never)
        if (reply.sent || result === reply) return reply
        return reply.status(spec.status).send(spec.response ? spec.response.parse(result) : result)
      },
    })
  }
}

async function admit(
  spec: RouteSpec,
  request: FastifyRequest,
  authenticate: Authenticator,
): Promise<Principal | null> {
  if (spec.access === 'public') return null
  const principal = await authenticate(request)
  if (principal === null) throw new UnauthenticatedError()
  if (spec.access === 'staff' && principal.kind !== 'staff') throw new ForbiddenError('use this')
  if (spec.access === 'visitor' && principal.kind !== 'visitor') throw new ForbiddenError('use this')
  return principal
}
