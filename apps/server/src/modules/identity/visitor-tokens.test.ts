import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConversationId, RawId, ThreadId } from '@guichet/domain'
import { createVisitorTokens, type VisitorClaims } from './visitor-tokens.ts'

const claims: VisitorClaims = {
  rawId: '8:acs:guichet_7b1f6f0e-7f55-4f0e-9d0b-0d3f3d7e6a01' as RawId,
  conversationId: '7b1f6f0e-7f55-4f0e-9d0b-0d3f3d7e6a02' as ConversationId,
  threadId: '19:abcdefghijklmnop@thread.v2' as ThreadId,
  displayName: 'Zoé <script>',
}
const still = (nowMs: number) => ({
  now: () => nowMs,
  after: () => () => undefined,
  every: () => () => undefined,
})
const start = Date.UTC(2026, 0, 1)
const at = (nowMs: number, secret = 's'.repeat(48)) => createVisitorTokens({ secret, clock: still(nowMs) })
const invalid = { code: 'unauthenticated' }

describe('visitor tokens', () => {
  it('speak for one visitor and one conversation', async () => {
    const issued = await at(start).issue(claims)
    const principal = await at(start).verifyAccess(issued.accessToken)
    assert.equal(principal.rawId, claims.rawId)
    assert.equal(principal.conversationId, claims.conversationId)
    assert.equal(principal.threadId, claims.threadId)
    assert.deepEqual(principal.party, {
      rawId: claims.rawId,
      displayName: claims.displayName,
      role: 'consumer',
    })
    assert.deepEqual(await at(start).verifyResume(issued.resumeToken), claims)
  })

  it('end after 15 minutes and 30 days', async () => {
    const issued = await at(start).issue(claims)
    assert.equal(issued.accessTokenExpiresAt.getTime(), start + 15 * 60_000)
    await at(start + 14 * 60_000).verifyAccess(issued.accessToken)
    await assert.rejects(at(start + 16 * 60_000).verifyAccess(issued.accessToken), invalid)
    await at(start + 29 * 86_400_000).verifyResume(issued.resumeToken)
    await assert.rejects(at(start + 31 * 86_400_000).verifyResume(issued.resumeToken), invalid)
  })

  it('cannot stand in for each other', async () => {
    const issued = await at(start).issue(claims)
    await assert.rejects(at(start).verifyAccess(issued.resumeToken), invalid)
    await assert.rejects(at(start).verifyResume(issued.accessToken), invalid)
  })

  it('cannot be forged', async () => {
    const { accessToken } = await at(start).issue(claims)
    const foreign = await at(start, 'x'.repeat(48)).issue(claims)
    const [header, body, signature] = accessToken.split('.') as [string, string, string]
    const none = Buffer.from('{"alg":"none","typ":"visitor+jwt"}').toString('base64url')
    const other = Buffer.from(
      Buffer.from(body, 'base64url')
        .toString()
        .replace(claims.conversationId, claims.conversationId.replace('02', '03')),
    ).toString('base64url')
    const forgeries = [
      foreign.accessToken,
      `${none}.${body}.`,
      `${header}.${other}.${signature}`,
      '',
      'a.b.c',
      'x'.repeat(4_000),
    ]
    for (const forgery of forgeries) await assert.rejects(at(start).verifyAccess(forgery), invalid)
  })
})
