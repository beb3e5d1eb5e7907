import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import type pg from 'pg'
import type { Log } from '../../platform/index.ts'

/** Length of a staff session since its last use, in seconds. */
const SESSION_SECONDS = 12 * 3_600
/** A session used this long after its last renewal is renewed, in seconds. */
const RENEWAL_SECONDS = 15 * 60

/** Length of passwords, in characters. */
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const

/** Told to somebody whose password is right but who may not come in. */
export const SWITCHED_OFF = 'ACCOUNT_SWITCHED_OFF'

/**
 * Sign-in of staff by better-auth over our tables: password today; OIDC, passkeys and one-time codes are plugins of
 * the same instance. Accounts are only made by `createAccounts`, never by signing up.
 */
export function createAuth(deps: {
  pool: pg.Pool
  secret: string
  publicUrl: string | undefined
  log: Log
  mayEnter(userId: string): Promise<boolean>
}) {
  const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    appName: 'Guichet',
    secret: deps.secret,
    basePath: '/api/auth',
    ...(deps.publicUrl === undefined ? {} : { baseURL: deps.publicUrl }),
    // Requests are built by our door from the host they were sent to, after it has checked their origin.
    trustedOrigins: request => (request === undefined ? [] : [new URL(request.url).origin]),
    database: deps.pool,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...timestamps } },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...timestamps,
      },
      expiresIn: SESSION_SECONDS,
      updateAge: RENEWAL_SECONDS,
    },
    account: {
      modelName: 'accounts',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...timestamps,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...timestamps } },
    advanced: {
      database: { generateId: 'uuid', validateSchema: false },
      cookiePrefix: 'guichet',
      // The door adds `Secure` when the request came over https, so that one name serves both.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    // Failed sign-ins are counted by our own guard, which knows the address for sure.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    databaseHooks: {
      session: {
        create: {
          before: async session => {
            if (await deps.mayEnter(session.userId)) return
            throw new APIError('FORBIDDEN', { code: SWITCHED_OFF, message: 'This account is switched off' })
          },
        },
      },
    },
    logger: {
      level: 'error',
      log: (level, message) =>
        deps.log[level === 'error' ? 'error' : 'debug']({ auth: message }, 'sign-in library'),
    },
  })
}

/** Carries the address of the asker from our door to the library; whatever a client sends under it is replaced. */
export const ADDRESS_HEADER = 'x-guichet-address'

export type Auth = ReturnType<typeof createAuth>
