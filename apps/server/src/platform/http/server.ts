import cors from '@fastify/cors'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { MAX_FILE_BYTES, type Problem } from '@guichet/contract'
import { DomainError } from '@guichet/domain'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { cleanInput } from '../clean.ts'
import type { Ids } from '../ids.ts'
import { type Log, withLogContext } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { isExpected, retryAfterSeconds, toProblem } from '../problem.ts'
import { type HostCheck, UnknownHostError } from './hosts.ts'
import { refuseMalformed } from './malformed.ts'

/** Largest JSON body, in bytes. */
const MAX_BODY_BYTES = 256 * 1024
/** A request takes no longer than this to arrive: the largest file over a slow line. */
const REQUEST_LIMIT_MS = 240_000

export type HttpServerDeps = {
  log: Log
  ids: Ids
  metrics: Metrics
  trustProxy: boolean
  /** Hosts that this server answers to; every one when left out. */
  isHostKnown?: HostCheck
  /** Whether a page of this origin may call routes meant for visitors. */
  isOriginAllowed(origin: string, host: string): Promise<boolean>
}

/** The HTTP server: problem details for every error, security headers, CORS by allow-list, metrics, request ids. */
export async function createHttpServer(deps: HttpServerDeps): Promise<FastifyInstance> {
  const { log, ids, metrics } = deps
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_LIMIT_MS,
    // Only the address that our own proxy appended is believed: the ones before it come from the client.
    trustProxy: deps.trustProxy ? (_address, hop) => hop === 0 : false,
    // Other upgrades that clients propose, such as h2c, are declined by answering as if they had not.
    http: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
    genReqId: () => ids.uuid(),
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    // Addresses that cannot be read come here before any hook.
    frameworkErrors(error, request, reply) {
      reply.header('x-content-type-options', 'nosniff')
      tellProblem(error, request as FastifyRequest, reply as FastifyReply)
    },
    clientErrorHandler: refuseMalformed,
  })

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'strict-origin-when-cross-origin')
    reply.header('cross-origin-opener-policy', 'same-origin')
    const refusal = deps.isHostKnown?.(request.headers.host) === false ? new UnknownHostError() : undefined
    withLogContext({ requestId: request.id }, () => done(refusal))
  })
  app.addHook('preHandler', async request => {
    request.body = cleanInput(request.body)
    request.query = cleanInput(request.query)
    request.params = cleanInput(request.params)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.httpRequestSeconds.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
    done()
  })

  await app.register(cors, {
    delegator: (request, callback) => {
      const origin = request.headers.origin
      if (origin === undefined) return callback(null, { origin: false })
      deps
        .isOriginAllowed(origin, request.headers.host ?? '')
        .then(allowed =>
          callback(null, {
            origin: allowed ? origin : false,
            methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
            allowedHeaders: ['authorization', 'content-type'],
            maxAge: 600,
          }),
        )
        .catch(error => callback(error))
    },
  })
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      new DomainError('too-many-requests', `Too many requests; try again in ${context.after}`, {
        retryable: true,
      }),
  })
  await app.register(multipart, { limits: { fileSize: MAX_FILE_BYTES, files: 1, fields: 5, parts: 6 } })

  function tellProblem(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) {
    const problem = toProblem(translate(error), request.id)
    if (problem.status >= 500 && !isExpected(error))
      log.error({ err: error, requestId: request.id }, 'request failed')
    const waitSeconds = retryAfterSeconds(error)
    if (waitSeconds !== null && !reply.hasHeader('retry-after')) reply.header('retry-after', waitSeconds)
    return sendProblem(reply, problem)
  }
  app.setErrorHandler(tellProblem)
  app.setNotFoundHandler((request, reply) => {
    const problem = toProblem(new DomainError('not-found', 'There is nothing at this address'), request.id)
    return sendProblem(reply, problem)
  })
  return app
}

/** What is not there now may be there after the next start: nobody keeps a problem. */
function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

/** Errors that the HTTP library raises for bad input become problems of ours. */
function translate(error: Error & { statusCode?: number }): Error {
  if (isExpected(error)) return error
  if (error.statusCode === 413) return new DomainError('payload-too-large', 'The request is too large')
  if (error.statusCode === 415)
    return new DomainError('invalid-request', 'Send JSON with content type application/json')
  if (error.statusCode === 429)
    return new DomainError('too-many-requests', 'Too many requests', { retryable: true })
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new DomainError('invalid-request', 'The request could not be read')
  }
  return error
}
