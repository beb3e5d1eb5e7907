import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { it } from 'node:test'
import type { VisitorSession } from '@guichet/contract'
import { freeSipPort, freeTcpPort, freeUdpPort } from './support/guichet.ts'

const root = join(import.meta.dirname, '..')

it('npm start ends whole when npm is told to end, and a second start finds all as it was', async t => {
  const dataDir = mkdtempSync(join(tmpdir(), 'guichet-e2e-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const port = await freeTcpPort()
  const env = {
    ...process.env,
    PORT: String(port),
    MEDIA_PORT: String(await freeUdpPort()),
    SIP_PORT: String(await freeSipPort()),
    DATA_DIR: dataDir,
  }
  const url = `http://localhost:${port}`

  const running = new Set<ChildProcess>()
  t.after(() => {
    for (const child of running) child.kill('SIGTERM')
  })
  const first = await start(env)
  running.add(first)
  const visit = await startConversation(url)
  assert.equal(await end(first), 0)
  await assert.rejects(fetch(`${url}/healthz`), 'nobody listens any more')

  const second = await start(env)
  running.add(second)
  const again = await startConversation(url, visit.resumeToken)
  assert.equal(again.conversation.id, visit.conversation.id)
  assert.equal(await end(second), 0)
})

async function startConversation(url: string, resumeToken?: string): Promise<VisitorSession> {
  const response = await fetch(`${url}/api/visitor/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ locale: 'en', resumeToken }),
  })
  assert.equal(response.status, 201)
  return (await response.json()) as VisitorSession
}

/** Runs the command of the README until it says that it is ready. */
async function start(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('Guichet is ready')) break
  }
  child.stdout.resume()
  return child
}

/** Ends npm as a supervisor does: the signal reaches npm alone, not the programs below it. */
async function end(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await exited
  return code as number | null
}
