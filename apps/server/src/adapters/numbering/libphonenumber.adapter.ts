import type { E164, LineKind, lineKinds } from '@guichet/domain/telephony'
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { NumberPlanPort } from '../../modules/telephony/telephony.ports.ts'

const kinds: Record<string, LineKind> = {
  FIXED_LINE: 'fixed',
  // Countries where the two share their numbers charge them alike.
  FIXED_LINE_OR_MOBILE: 'fixed',
  MOBILE: 'mobile',
  TOLL_FREE: 'tollFree',
  SHARED_COST: 'sharedCost',
  PREMIUM_RATE: 'premium',
  PERSONAL_NUMBER: 'personal',
  VOIP: 'voip',
  UAN: 'sharedCost',
} satisfies Record<string, (typeof lineKinds)[number]>

/** Calling codes of satellites; they belong to no country. @source ITU-T E.164, assigned country codes */
const satellites = ['870', '881', '882', '883']

/** The numbering plans of Google's libphonenumber. @source ADR 0024 */
export function createNumberPlan(): NumberPlanPort {
  return {
    read(text, country) {
      const home = isSupportedCountry(country) ? country : undefined
      const number = parsePhoneNumberFromString(text, {
        ...(home === undefined ? {} : { defaultCountry: home as CountryCode }),
        // Words around a number, or a second number, mean that we do not know what was wanted.
        extract: false,
      })
      if (number === undefined || !number.isPossible() || number.ext !== undefined) return null
      const kind = satellites.includes(number.countryCallingCode)
        ? 'satellite'
        : (kinds[number.getType() ?? ''] ?? 'unknown')
      return { e164: number.number as string as E164, country: number.country ?? null, kind }
    },
  }
}
