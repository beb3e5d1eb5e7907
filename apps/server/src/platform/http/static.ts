import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { DomainError } from '@guichet/domain'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Folders of the built web apps. */
export type WebApps = { console: string; widget: string; demo: string }

/** Styles are written by the component library at run time; everything else comes from this server alone. */
const CONSOLE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
/** The demo shop shows that the widget works under a strict policy. */
const DEMO_POLICY =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

const PERMISSIONS = 'camera=(self), microphone=(self), display-capture=(self), geolocation=()'
const YEAR_SECONDS = 31_536_000

/**
 * Serves the console at `/`, the widget at `/widget.js` and `/call-*.js`, and the demo shop at `/demo`.
 * Unknown paths that a browser asks to see get the console, which routes them.
 */
export async function serveWebApps(app: FastifyInstance, folders: WebApps): Promise<void> {
  const cache = (reply: FastifyReply, path: string) => {
    const hashed = /[-.][A-Za-z0-9_-]{8,}\.(js|css|svg|woff2|png|wav|mp3)$/.test(path)
    reply.header('cache-control', hashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
  }
  await app.register(fastifyStatic, {
    root: folders.console,
    prefix: '/',
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: cache,
  })
  await app.register(fastifyStatic, {
    root: folders.demo,
    prefix: '/demo/',
    decorateReply: false,
    cacheControl: false,
    setHeaders(reply) {
      reply.header('cache-control', 'no-cache')
      reply.header('content-security-policy', DEMO_POLICY)
      reply.header('permissions-policy', PERMISSIONS)
    },
  })
  app.get('/demo', (_request, reply) => reply.redirect('/demo/'))

  await app.register(async scope => {
    await scope.register(fastifyStatic, {
      root: folders.widget,
      prefix: '/',
      wildcard: false,
      index: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders(reply, path) {
        cache(reply, path)
        // The widget is loaded by pages of other origins.
        reply.header('cross-origin-resource-policy', 'cross-origin')
        reply.header('access-control-allow-origin', '*')
      },
    })
  })

  const sendConsole = (reply: FastifyReply) =>
    reply
      .header('content-security-policy', CONSOLE_POLICY)
      .header('permissions-policy', PERMISSIONS)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .sendFile('index.html', folders.console)
  const hasConsole = existsSync(join(folders.console, 'index.html'))

  app.get('/*', (request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') ?? false
    const reserved = /^\/(api|demo|healthz|readyz|metrics|openapi\.json)(\/|$|\?)/.test(request.url)
    if (!hasConsole || !wantsPage || reserved)
      throw new DomainError('not-found', 'There is nothing at this address')
    return sendConsole(reply)
  })
}
