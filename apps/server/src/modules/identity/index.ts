import { hashPassword } from 'better-auth/crypto'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Clock, Database, Ids, Log, RouteBinder, SocketHub, UnitOfWork } from '../../platform/index.ts'
import { bindAuthDoor } from './auth.door.ts'
import { createAuth } from './auth.ts'
import { createAuthentication } from './authenticate.ts'
import { bindIdentityRoutes, createSetupCode } from './identity.routes.ts'
import type { Secrets } from './secrets.ts'
import { createSignInGuard } from './sign-in.guard.ts'
import { createStaffRepository } from './staff.repository.ts'
import { createStaffService } from './staff.service.ts'
import { createVisitorTokens } from './visitor-tokens.ts'

export { createKeyedLimit, isLoopbackAddress, type KeyedLimit } from './keyed-limit.ts'
export { isSameHost, OriginNotAllowedError } from './origin.ts'
export { loadSecrets, type Secrets } from './secrets.ts'
export type { NewStaffMember, StaffService } from './staff.service.ts'
export {
  InvalidVisitorTokenError,
  type VisitorClaims,
  type VisitorTokens,
} from './visitor-tokens.ts'

/** Closing code that asks a client to come back: it signs in again, or learns that it may not. */
const COME_BACK = 1012

export type IdentityDeps = {
  db: Database
  pool: pg.Pool
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  secrets: Secrets
  config: { demo: boolean; publicUrl?: string | undefined }
  /** Whether a page of this origin may show the widget, or is one of our own. */
  isOriginAllowed(origin: string, host: string): Promise<boolean>
}

/** Who people are: staff with password and roles, visitors with tokens. */
export function createIdentityModule(deps: IdentityDeps) {
  const { clock, ids } = deps
  const { demo, publicUrl } = deps.config
  const repository = createStaffRepository(deps.db)
  const staff = createStaffService({ repository, uow: deps.uow, clock, ids, hashPassword })
  const visitorTokens = createVisitorTokens({ secret: deps.secrets.visitorTokenSecret, clock })
  const setupCode = createSetupCode({ staff, ids, demo })
  const auth = createAuth({
    pool: deps.pool,
    secret: deps.secrets.authSecret,
    publicUrl,
    log: deps.log,
    mayEnter: async userId => (await repository.find(userId))?.disabled === false,
  })
  const authentication = createAuthentication({
    auth,
    staff,
    visitorTokens,
    publicUrl,
    isOriginAllowed: deps.isOriginAllowed,
  })
  const { authenticateHttp, authenticateSocket } = authentication

  return {
    staff,
    visitorTokens,
    authenticateHttp,
    authenticateSocket,
    /** What to print at the start of a server that still needs its first administrator; null otherwise. */
    setupCode: () => setupCode.read(),

    register({ app, bind, hub }: { app: FastifyInstance; bind: RouteBinder; hub: SocketHub }): void {
      const closeSockets = (rawId: string) => {
        for (const connection of hub.connectionsOf(rawId)) connection.close(COME_BACK, 'sign in again')
      }
      bindAuthDoor(app, {
        auth,
        guard: createSignInGuard(clock),
        publicUrl,
        async signedOut(request) {
          const principal = await authenticateHttp(request)
          return () => (principal?.kind === 'staff' ? closeSockets(principal.rawId) : undefined)
        },
      })
      authentication.bindRenewal(app)
      bindIdentityRoutes(bind, { staff: { ...staff, change: changeAndReconnect }, setupCode, demo })

      /** Open sockets carry the roles they came with: a change sends them through the door again. */
      async function changeAndReconnect(...args: Parameters<typeof staff.change>) {
        const member = await staff.change(...args)
        const { roles, disabled } = args[1]
        if (roles !== undefined || disabled !== undefined) closeSockets(member.party.rawId)
        return member
      }
    },
  }
}

export type IdentityModule = ReturnType<typeof createIdentityModule>
