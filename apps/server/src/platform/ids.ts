import { randomBytes, randomUUID } from 'node:crypto'
import type { RawId, ThreadId } from '@guichet/domain'

/** Makers of identifiers and secrets, passed in so that tests can repeat them. */
export type Ids = {
  uuid(): string
  threadId(): ThreadId
  /** URL-safe secret of `bytes` random bytes. */
  secret(bytes: number): string
}

/** Identifiers from the system's strong random source. */
export const systemIds: Ids = {
  uuid: () => randomUUID(),
  threadId: () => `19:${randomBytes(18).toString('base64url')}@thread.v2` as ThreadId,
  secret: bytes => randomBytes(bytes).toString('base64url'),
}

/** The ACS resource name in our communication identifiers. */
const RESOURCE = 'guichet'

/** `8:acs:guichet_<uuid>`: the identifier of a person or bot of ours. @source reference acs-api §2 */
export function communicationUser(uuid: string): RawId {
  return `8:acs:${RESOURCE}_${uuid}` as RawId
}

/** `4:+33…`: the identifier of a telephone number. @source reference acs-api §2 */
export function phoneNumber(e164: string): RawId {
  return `4:${e164}` as RawId
}

/** The uuid within one of our own communication identifiers; null for any other kind. */
export function uuidOf(rawId: string): string | null {
  const prefix = `8:acs:${RESOURCE}_`
  return rawId.startsWith(prefix) ? rawId.slice(prefix.length) : null
}
