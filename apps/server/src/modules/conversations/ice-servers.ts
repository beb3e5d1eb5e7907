import { createHmac } from 'node:crypto'
import type { IceServer } from '@guichet/contract'
import type { z } from 'zod'
import type { Clock } from '../../platform/index.ts'

/** TURN credentials live this long: a working day, so that a call never outlives them. */
const CREDENTIAL_LIFE_S = 12 * 3_600

/** Makes the servers a browser may use to reach media; credentials are time-limited and name their user. */
export type IceServers = (rawId: string) => z.infer<typeof IceServer>[]

/**
 * TURN servers with credentials by shared secret.
 * @source draft-uberti-behave-turn-rest-00 §2.2, as coturn implements it
 */
export function createIceServers(deps: {
  urls: readonly string[]
  secret: string | undefined
  clock: Clock
}): IceServers {
  const { urls, secret, clock } = deps
  return rawId => {
    if (urls.length === 0) return []
    if (secret === undefined) return [{ urls: [...urls] }]
    const username = `${Math.floor(clock.now() / 1_000) + CREDENTIAL_LIFE_S}:${rawId}`
    const credential = createHmac('sha1', secret).update(username).digest('base64')
    return [{ urls: [...urls], username, credential }]
  }
}
