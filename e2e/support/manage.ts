import assert from 'node:assert/strict'
import type { ApplicationView, Call, QueueView, UpdateQueue } from '@guichet/contract'
import type { ApplicationId, QueueId } from '@guichet/domain'
import type { z } from 'zod'
import type { ApiVisitor } from './api-people.ts'
import { ask, signIn } from './hostile.ts'

/** Somebody who may change queues and voice applications, without a browser. */
export type Manager = {
  /** Changes what is named of a queue; takes effect at once. */
  changeQueue(queueId: QueueId, changes: Partial<z.infer<typeof UpdateQueue>>): Promise<QueueView>
  /** Replaces parts of a voice application, for calls that begin from now on. */
  changeApplication(applicationId: ApplicationId, changes: Record<string, unknown>): Promise<void>
}

/** Signs in as the demo's administrator. */
export async function openManager(url: string): Promise<Manager> {
  const headers = { cookie: await signIn(url, 'admin'), origin: url }
  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await ask(url, method, path, { headers, ...(body === undefined ? {} : { body }) })
    assert.equal(answer.status, 200, answer.text)
    return JSON.parse(answer.text) as T
  }
  return {
    changeQueue: (queueId, changes) => call('PATCH', `/api/queues/${queueId}`, changes),
    async changeApplication(applicationId, changes) {
      const { value } = await call<{ value: ApplicationView[] }>('GET', '/api/applications')
      const found = value.find(({ id }) => id === applicationId)
      assert.ok(found, `no application ${applicationId}`)
      const document = { ...found.document, ...changes }
      await call('PUT', `/api/applications/${applicationId}`, { document, version: found.version })
    },
  }
}

/** Calls and presses the key of a queue as soon as the menu is offered. */
export async function callQueue(visitor: ApiVisitor, key: '1' | '2' = '1'): Promise<Call> {
  const started = await visitor.call()
  await visitor.heard('call.changed', ({ call }) => call.id === started.id && call.menu !== null)
  await visitor.socket.request('call.tone', { callId: started.id, tone: key })
  return started
}
