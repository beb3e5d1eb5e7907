import { stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
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

/** Names of built files carry their content: what such a name led to once never changes. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(js|css|svg|woff2|png|wav|mp3)$/

/**
 * Serves the console at `/`, the widget at `/widget.js` and `/call-*.js`, and the demo shop at `/demo`.
 * Unknown paths that a browser asks to see get the console, which routes them. Files are looked up when they are asked
 * for, so that a new build is served at once; one that is gone is answered with 404, which no cache may keep.
 */
export async function serveWebApps(app: FastifyInstance, folders: WebApps): Promise<void> {
  await app.register(fastifyStatic, { root: folders.console, serve: false, cacheControl: false })
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

  const sendConsole = (reply: FastifyReply) =>
    reply
      .header('content-security-policy', CONSOLE_POLICY)
      .header('permissions-policy', PERMISSIONS)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .sendFile('index.html', folders.console)

  app.get('/*', async (request, reply) => {
    const path = (request.params as { '*': string })['*']
    if (path !== 'index.html') {
      const ofConsole = await isFile(folders.console, path)
      if (ofConsole || (await isFile(folders.widget, path))) {
        reply.header(
          'cache-control',
          HASHED.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
        )
        if (ofConsole) return reply.sendFile(path, folders.console)
        // The widget is loaded by pages of other origins.
        reply.header('cross-origin-resource-policy', 'cross-origin')
        reply.header('access-control-allow-origin', '*')
        return reply.sendFile(path, folders.widget)
      }
    }
    const wantsPage = request.headers.accept?.includes('text/html') ?? false
    const reserved = /^(api|demo|healthz|readyz|metrics|openapi\.json)(\/|$)/.test(path)
    if (!wantsPage || reserved || isFileName(path) || !(await isFile(folders.console, 'index.html')))
      throw new DomainError('not-found', 'There is nothing at this address')
    return sendConsole(reply)
  })
}

/** Pages of the console have no ending: a script that is gone must not turn into a page. */
function isFileName(path: string): boolean {
  return path !== 'index.html' && /\.[a-z0-9]{2,5}$/i.test(path)
}

/** Whether a path, still to be distrusted, leads to a file below the folder. */
async function isFile(folder: string, path: string): Promise<boolean> {
  const full = resolve(folder, path)
  if (path.includes('\0') || !full.startsWith(folder + sep)) return false
  const found = await stat(full).catch(() => null)
  return found?.isFile() ?? false
}
