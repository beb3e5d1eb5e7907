import type { PhoneNumber, TrunkSettings } from '@guichet/contract'

/** Tables of this module, and the settings that it keeps in the common one. */
export type TelephonyTables = {
  trunks: {
    id: string
    name: string
    settings: Omit<TrunkSettings, 'name'>
    sealedPassword: string | null
  }
  phoneNumbers: { number: string; name: string; target: PhoneNumber['target'] }
  devices: {
    id: string
    username: string
    name: string
    workerId: string
    ha1Md5: string
    ha1Sha256: string
    createdAt: Date
  }
  settings: { key: string; value: unknown; updatedAt: Date }
}
