import { DisplayName } from '@guichet/contract'
import { ConversationId, DomainError, RawId, ThreadId } from '@guichet/domain'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock, VisitorPrincipal } from '../../platform/index.ts'

const ACCESS_MS = 15 * 60_000
const RESUME_MS = 30 * 24 * 3_600_000
const ISSUER = 'guichet'
/** Two audiences: a resume token opens no door, an access token resumes nothing. */
const access = { audience: 'guichet:visitor', typ: 'visitor+jwt' } as const
const resume = { audience: 'guichet:resume', typ: 'resume+jwt' } as const

const Claims = z.object({ sub: RawId, cid: ConversationId, tid: ThreadId, name: DisplayName })

/** Thrown when a visitor's token is forged, expired or meant for something else. */
export class InvalidVisitorTokenError extends DomainError {
  constructor() {
    super('unauthenticated', 'The visitor token is not valid any more; ask for a new one')
  }
}

/** The visitor and the one conversation that a token speaks for. */
export type VisitorClaims = {
  rawId: RawId
  conversationId: ConversationId
  threadId: ThreadId
  displayName: string
}

export type VisitorTokens = {
  /** A bearer token of 15 minutes and the proof of 30 days that gets the next one. */
  issue(
    claims: VisitorClaims,
  ): Promise<{ accessToken: string; accessTokenExpiresAt: Date; resumeToken: string }>
  /** @throws InvalidVisitorTokenError `unauthenticated` */
  verifyAccess(token: string): Promise<VisitorPrincipal>
  /** @throws InvalidVisitorTokenError `unauthenticated` */
  verifyResume(token: string): Promise<VisitorClaims>
}

/** Tokens signed with HMAC-SHA-256, each bound to one conversation. */
export function createVisitorTokens(deps: { secret: string; clock: Clock }): VisitorTokens {
  const { clock } = deps
  const key = new TextEncoder().encode(deps.secret)

  function sign(
    claims: VisitorClaims,
    kind: typeof access | typeof resume,
    expiresAt: Date,
  ): Promise<string> {
    return new SignJWT({ cid: claims.conversationId, tid: claims.threadId, name: claims.displayName })
      .setProtectedHeader({ alg: 'HS256', typ: kind.typ })
      .setSubject(claims.rawId)
      .setIssuer(ISSUER)
      .setAudience(kind.audience)
      .setIssuedAt(new Date(clock.now()))
      .setExpirationTime(expiresAt)
      .sign(key)
  }

  async function verify(token: string, kind: typeof access | typeof resume): Promise<VisitorClaims> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: kind.audience,
        typ: kind.typ,
        currentDate: new Date(clock.now()),
      })
      const claims = Claims.parse(payload)
      return { rawId: claims.sub, conversationId: claims.cid, threadId: claims.tid, displayName: claims.name }
    } catch {
      throw new InvalidVisitorTokenError()
    }
  }

  return {
    async issue(claims) {
      const accessTokenExpiresAt = new Date(clock.now() + ACCESS_MS)
      const [accessToken, resumeToken] = await Promise.all([
        sign(claims, access, accessTokenExpiresAt),
        sign(claims, resume, new Date(clock.now() + RESUME_MS)),
      ])
      return { accessToken, accessTokenExpiresAt, resumeToken }
    },
    async verifyAccess(token) {
      const { rawId, conversationId, threadId, displayName } = await verify(token, access)
      return {
        kind: 'visitor',
        rawId,
        party: { rawId, displayName, role: 'consumer' },
        conversationId,
        threadId,
      }
    },
    verifyResume: token => verify(token, resume),
  }
}
