// Two servers on one database: one serves, the other stands by, and takes over with everything that was there.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import type { VisitorSession } from '@guichet/contract'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import pg from 'pg'
import { advisoryLocks } from '../apps/server/src/platform/index.ts'
import { freeSipPort, freeTcpPort, freeUdpPort } from './support/guichet.ts'

const main = join(import.meta.dirname, '../apps/server/src/main.ts')
const TAKE_OVER_LIMIT_MS = 20_000

type Node = {
  readonly url: string
  readonly child: ChildProcess
  /** Resolves when it has said something that contains the words. */
  said(words: string): Promise<void>
}

describe('two servers on one database', { timeout: 120_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'guichet-standby-'))
  const nodes: Node[] = []
  let database: TestDatabase
  let witness: pg.Client

  before(async () => {
    database = await createTestDatabase()
    witness = new pg.Client({ connectionString: database.connectionString })
    await witness.connect()
  })
  after(async () => {
    for (const { child } of nodes) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await witness.end()
    await database.drop()
    rmSync(dataDir, { recursive: true })
  })

  async function startNode(): Promise<Node> {
    const port = await freeTcpPort()
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PORT: String(port),
        MEDIA_PORT: String(await freeUdpPort()),
        SIP_PORT: String(await freeSipPort()),
        DATA_DIR: dataDir,
        DATABASE_URL: database.connectionString,
        LOG_LEVEL: 'fatal',
      },
    })
    const lines: string[] = []
    const listeners = new Set<() => void>()
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', line => {
      lines.push(line)
      for (const listener of listeners) listener()
    })
    const node: Node = {
      url: `http://localhost:${port}`,
      child,
      said: words =>
        new Promise((resolve, reject) => {
          child.once('exit', code => reject(new Error(`ended with ${code} before saying "${words}"`)))
          const look = () => {
            if (!lines.some(line => line.includes(words))) return
            listeners.delete(look)
            resolve()
          }
          listeners.add(look)
          look()
        }),
    }
    nodes.push(node)
    return node
  }

  const holders = async (lock: number) => {
    const { rows } = await witness.query(
      `select pid from pg_locks l join pg_database d on d.oid = l.database
       where d.datname = current_database() and locktype = 'advisory' and objid = $1 and granted`,
      [lock],
    )
    return rows.map(row => row.pid as number)
  }
  const epoch = async () => {
    const { rows } = await witness.query('select epoch::int from routing_leader')
    return rows[0].epoch as number
  }

  it('are one that serves and one that stands by, and the second takes over what the first knew', async () => {
    const first = await startNode()
    await first.said('Guichet is ready')
    const second = await startNode()
    await second.said('stands by')
    await assert.rejects(fetch(`${second.url}/healthz`), 'a standby listens to nobody')
    const [servedBy] = await holders(advisoryLocks.serving)
    assert.equal((await holders(advisoryLocks.serving)).length, 1)
    assert.equal((await holders(advisoryLocks.router)).length, 1)

    const begun = await fetch(`${first.url}/api/visitor/conversations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: first.url },
      body: JSON.stringify({ locale: 'en', identity: { displayName: 'Ada' } }),
    })
    const session = (await begun.json()) as VisitorSession
    assert.equal(begun.status, 201, JSON.stringify(session))
    const epochBefore = await epoch()

    first.child.kill('SIGKILL')
    const limit = AbortSignal.timeout(TAKE_OVER_LIMIT_MS)
    await Promise.race([
      second.said('Guichet is ready'),
      once(limit, 'abort').then(() => assert.fail('the standby did not take over')),
    ])
    const again = await fetch(`${second.url}/api/visitor/conversations`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: second.url,
      },
      body: JSON.stringify({ locale: 'en', resumeToken: session.resumeToken }),
    })
    const resumed = (await again.json()) as VisitorSession
    assert.equal(again.status, 201, JSON.stringify(resumed))
    assert.equal(resumed.conversation.id, session.conversation.id)
    const [takenBy, ...others] = await holders(advisoryLocks.serving)
    assert.deepEqual(others, [])
    assert.notEqual(takenBy, servedBy)
    assert.equal((await holders(advisoryLocks.router)).length, 1)
    assert.equal(await epoch(), epochBefore + 1)
  })

  it('change places never by themselves: who loses its connection takes its place up again', async () => {
    const standby = await startNode()
    await standby.said('stands by')
    const serving = nodes[1] as Node
    const [before] = await holders(advisoryLocks.serving)
    await witness.query('select pg_terminate_backend($1)', [before])
    let holder = before
    while (holder === before || holder === undefined) [holder] = await holders(advisoryLocks.serving)
    assert.equal((await fetch(`${serving.url}/healthz`)).status, 200)
    assert.equal(serving.child.exitCode, null)
    await assert.rejects(fetch(`${standby.url}/healthz`))
  })
})
