import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'

/** Each part that must work before work is sent here; resolves when it does, rejects with why not. */
export type ReadinessChecks = Record<string, () => Promise<void>>

const CHECK_LIMIT_MS = 2_000

/** `/healthz` (the process runs), `/readyz` (it can do its work) and `/metrics` (Prometheus). */
export function serveHealth(app: FastifyInstance, metrics: Metrics, checks: ReadinessChecks): void {
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
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
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
