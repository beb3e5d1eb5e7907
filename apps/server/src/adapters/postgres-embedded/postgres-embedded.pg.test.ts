import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { systemClock } from '../../platform/clock.ts'
import { findPostgresBinaries } from './binaries.ts'
import { DatabaseStartError, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './index.ts'

let root: string
let dataDir: string

before(() => {
  root = mkdtempSync(join(tmpdir(), 'guichet-pg-'))
  dataDir = join(root, 'data')
})
after(() => rmSync(root, { recursive: true, force: true }))

function start(options: Partial<EmbeddedPostgresOptions> = {}) {
  return startEmbeddedPostgres({ dataDir, clock: systemClock, log: () => undefined, ...options })
}

async function query<T extends pg.QueryResultRow>(connectionString: string, text: string): Promise<T[]> {
  const client = new pg.Client(connectionString)
  // A server that goes away under the client is what some of these tests are about.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

async function refusal(run: Promise<unknown>): Promise<DatabaseStartError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof DatabaseStartError, `expected a refusal, got ${String(error)}`)
  assert.match(error.message, /^[^\n]+\.$|says: [^\n]+$/, 'one sentence')
  return error
}

/** Starts the database in a process of its own, and answers once it is ready. */
async function startElsewhere(): Promise<{ kill(): Promise<void>; postgresPid: number }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    import { systemClock } from ${JSON.stringify(new URL('../../platform/clock.ts', import.meta.url).href)}
    const dataDir = ${JSON.stringify(dataDir)}
    const db = await startEmbeddedPostgres({ dataDir, clock: systemClock, log: () => undefined })
    console.log(db.pid)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const gone = once(child, 'exit')
  return {
    postgresPid: Number(line.toString()),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe('the embedded PostgreSQL', { concurrency: false }, () => {
  it('makes a cluster on the first start and keeps what was committed for the second', async () => {
    const first = await start()
    await query(first.connectionString, "create table kept (word text); insert into kept values ('été')")
    await first.stop()
    assert.equal(existsSync(join(dataDir, 'postgres.lock')), false, 'the lock is given back')

    const second = await start()
    assert.deepEqual(await query(second.connectionString, 'select word from kept'), [{ word: 'été' }])
    await second.stop()
  })

  it('is private: a plain role, a password kept from others, no TCP port unless asked for', async () => {
    const db = await start()
    const [row] = await query(
      db.connectionString,
      `select rolsuper, current_setting('listen_addresses') as addresses,
              current_setting('synchronous_commit') as commits, current_setting('fsync') as fsync
       from pg_roles where rolname = current_user`,
    )
    assert.deepEqual(row, { rolsuper: false, addresses: '', commits: 'on', fsync: 'on' })
    assert.equal(statSync(join(dataDir, 'postgres.password')).mode & 0o777, 0o600)
    assert.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)
    const wrong = db.connectionString.replace(/:[^:@]+@/, ':wrong@')
    await assert.rejects(query(wrong, 'select 1'), { code: '28P01' })
    await db.stop()
  })

  it('folds case and stems words the same whatever locales the machine has', async () => {
    const db = await start()
    const [row] = await query(
      db.connectionString,
      `select upper('é') as upper, to_tsvector('french', 'ÉCOLE écoles')::text as words`,
    )
    assert.deepEqual(row, { upper: 'É', words: "'écol':1,2" })
    await db.stop()
  })

  it('serves reporting tools on a port that was asked for, and says when that port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const error = await refusal(start({ port }))
    assert.equal(error.code, 'port-taken')
    assert.match(error.message, new RegExp(`Port ${port}\\b`))

    taken.close()
    await once(taken, 'close')
    const db = await start({ port })
    const overTcp = db.connectionString.replace(/@[^/]+\//, `@127.0.0.1:${port}/`)
    assert.deepEqual(await query(overTcp, 'select 1 as one'), [{ one: 1 }])
    await db.stop()
  })

  it('refuses a second start on the same folder, from this process and from another', async () => {
    const here = await start()
    assert.equal((await refusal(start())).code, 'data-folder-in-use')
    assert.deepEqual(await query(here.connectionString, 'select 1 as one'), [{ one: 1 }])
    await here.stop()

    const elsewhere = await startElsewhere()
    assert.equal((await refusal(start())).code, 'data-folder-in-use')
    await elsewhere.kill()
  })

  it('goes down with a killed Guichet, and the next start finds every commit', async () => {
    const elsewhere = await startElsewhere()
    await elsewhere.kill()
    const db = await start()
    assert.notEqual(db.pid, elsewhere.postgresPid)
    assert.throws(() => process.kill(elsewhere.postgresPid, 0), { code: 'ESRCH' })
    assert.deepEqual(await query(db.connectionString, 'select word from kept'), [{ word: 'été' }])
    await db.stop()
  })

  it('tells when PostgreSQL dies by itself, and starts again on the same address', async () => {
    const died = Promise.withResolvers<void>()
    const db = await start({ onExit: () => died.resolve() })
    await query(db.connectionString, "insert into kept values ('after')")
    process.kill(db.pid, 'SIGKILL')
    await died.promise
    const again = await start()
    assert.equal(again.connectionString, db.connectionString)
    assert.deepEqual(await query(again.connectionString, 'select count(*)::int as rows from kept'), [
      { rows: 2 },
    ])
    await again.stop()
  })

  it('does not tell of an end that was asked for', async () => {
    let told = 0
    const db = await start({ onExit: () => told++ })
    await db.stop()
    await db.stop()
    assert.equal(told, 0)
  })

  it('is not held up by a stale note of a process number that somebody else has now', async () => {
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`)
    writeFileSync(join(dataDir, 'postgres.lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }))
    const db = await start()
    await db.stop()
  })

  it('sets a new password when the file with it was lost', async () => {
    rmSync(join(dataDir, 'postgres.password'))
    const db = await start()
    assert.equal((await query(db.connectionString, 'select 1 as one')).length, 1)
    await db.stop()
  })

  it('works under a folder that only its owner may enter, with a path too long for a socket', async () => {
    const closed = join(root, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    chmodSync(closed, 0o700)
    const db = await start({ dataDir: join(closed, 'a'.repeat(60), 'b'.repeat(60)) })
    assert.deepEqual(await query(db.connectionString, 'select 1 as one'), [{ one: 1 }])
    await db.stop()
  })

  it('removes the half of a first start that was cut short', async () => {
    const cut = join(root, 'cut')
    mkdirSync(join(cut, 'postgres.new'), { recursive: true })
    writeFileSync(join(cut, 'postgres.new', 'PG_VERSION'), '18\n')
    const db = await start({ dataDir: cut })
    await db.stop()
    assert.equal(existsSync(join(cut, 'postgres.new')), false)
  })

  it('says so when the folder was written by another version, and leaves it alone', async () => {
    const { majorVersion } = findPostgresBinaries()
    const versionFile = join(dataDir, 'postgres', 'PG_VERSION')
    for (const [version, code] of [
      [majorVersion + 1, 'data-folder-newer'],
      [majorVersion - 1, 'data-folder-older'],
    ] as const) {
      writeFileSync(versionFile, `${version}\n`)
      const error = await refusal(start())
      assert.equal(error.code, code)
      assert.match(error.message, new RegExp(`PostgreSQL ${version}\\b`))
      assert.equal(readFileSync(versionFile, 'utf8'), `${version}\n`)
    }
    writeFileSync(versionFile, `${majorVersion}\n`)
    const db = await start()
    await db.stop()
  })

  it('says so when the folder cannot be written', async () => {
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    for (const impossible of [file, join(file, 'below')]) {
      assert.equal((await refusal(start({ dataDir: impossible }))).code, 'data-folder-unwritable')
    }
  })

  it('says so when npm has no PostgreSQL for the machine', () => {
    assert.throws(() => findPostgresBinaries('aix', 'ppc64'), { code: 'binaries-missing' })
  })
})
