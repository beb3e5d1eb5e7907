import type { TrunkSettings } from '@guichet/contract'
import type { DeviceId, TrunkId, WorkerId } from '@guichet/domain'
import type { Destination } from '@guichet/domain/telephony'

/** Knows how the countries of the world write and use their numbers. */
export type NumberPlanPort = {
  /**
   * Reads a number as people type it; `country` (ISO 3166-1 alpha-2) is where a national number is at home. Null when
   * it is no number that could exist.
   */
  read(text: string, country: string): Destination | null
}

/** Keeps a secret so that the database alone does not give it away. */
export type SecretBoxPort = {
  seal(secret: string): string
  /** @throws Error when it was sealed with another key */
  open(sealed: string): string
}

/** What devices need to know of people. */
export type TelephonyStaffPort = { list(): Promise<{ id: string; disabled: boolean }[]> }

/** Which voice applications there are. */
export type TelephonyApplicationsPort = { has(applicationId: string): Promise<boolean> }

/** Hashes of digest authentication, in hex. @source RFC 7616 §3.4.2 */
export type DigestHashPort = { md5(text: string): string; sha256(text: string): string }

/** A trunk as whoever speaks SIP needs it. */
export type TrunkAccount = { id: TrunkId; settings: TrunkSettings; password: string | null }

/** What is needed to check a device's digest, by algorithm. */
export type DeviceAccount = {
  id: DeviceId
  workerId: WorkerId
  username: string
  ha1: { md5: string; sha256: string }
}

/** What whoever speaks SIP asks of this module. */
export type SipDirectoryPort = {
  trunks(): Promise<TrunkAccount[]>
  /** Null when there is no such device, or its owner may not work. */
  device(username: string): Promise<DeviceAccount | null>
}
