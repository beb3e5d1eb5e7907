import { createHash, timingSafeEqual } from 'node:crypto'
import { DomainError } from '@guichet/domain'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Metrics } from '../metrics.ts'

/** Each part that must work before work is sent here; resolves when it does, rejects with why not. */
export type ReadinessChecks = Record<string, () => Promise<void>>

const CHECK_LIMIT_MS = 2_000

/**
 * `/healthz` (the process runs), `/readyz` (it can do its work) and `/metrics` (Prometheus). Metrics tell how busy a
 * house is: they are read from this machine, or with the bearer token of the settings.
 */
export function serveHealth(
  app: FastifyInstance,
  deps: { metrics: Metrics; metricsToken: string | undefined; checks: ReadinessChecks },
): void {
  const { metrics, metricsToken, checks } = deps
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const entries = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    )
    const ready = entries.every(([, result]) => result === 'ok')
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(entries) })
  })
  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) {
      throw new DomainError('forbidden', 'Metrics are for this machine, or for the bearer of METRICS_TOKEN')
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return /^(127\.|::1$|::ffff:127\.)/.test(request.ip)
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))
}

async function outcome(check: () => Promise<void>): Promise<string> {
  try {
    await Promise.race([
      check(),
      new Promise((_resolve, reject) =>
        AbortSignal.timeout(CHECK_LIMIT_MS).addEventListener('abort', reject),
      ),
    ])
    return 'ok'
  } catch {
    return 'failed'
  }
}
