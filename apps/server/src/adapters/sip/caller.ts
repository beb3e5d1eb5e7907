import {
  assertedIdentities,
  fromAddress,
  isSipUri,
  isTelUri,
  type NameAddress,
  privacy,
  type SipRequest,
  type Uri,
} from '@guichet/sip'

/** A caller's number and name; null where they are hidden or not told. */
export type CallerIdentity = { number: string | null; displayName: string | null }

const hidden: CallerIdentity = { number: null, displayName: null }
const longestName = 80

/** The number that a URI names, as written: `+33123456789`, `0123456789`, `8000`. */
export function dialledOf(uri: Uri): string {
  if (isTelUri(uri)) return uri.number.replace(/[-.() ]/g, '')
  return isSipUri(uri) ? ((uri.user ?? '').split(';')[0] ?? '') : ''
}

function identityOf(address: NameAddress): CallerIdentity {
  const user = dialledOf(address.uri)
  const name = address.displayName?.trim().slice(0, longestName) ?? ''
  return {
    number: /^\+?[0-9*#]{2,20}$/.test(user) ? user : null,
    displayName: name === '' ? null : name,
  }
}

/**
 * Who calls. A trunk's assertion counts more than what the phone says of itself, and a wish for privacy is kept.
 * @source RFC 3325 §8 (who may be believed), RFC 3323 §4.2 (privacy), RFC 3261 §8.1.1.3 (Anonymous)
 */
export function callerOf(request: SipRequest, isTrunk: boolean): CallerIdentity {
  const wishes = privacy(request)
  if (wishes.some(wish => wish === 'id' || wish === 'user' || wish === 'full')) return hidden
  const asserted = isTrunk ? assertedIdentities(request)?.[0] : undefined
  const from = fromAddress(request)
  const told = asserted ?? from
  if (told === undefined) return hidden
  const { uri } = told
  if (isSipUri(uri) && (uri.host === 'anonymous.invalid' || uri.user?.toLowerCase() === 'anonymous'))
    return hidden
  const identity = identityOf(told)
  return {
    number: identity.number,
    displayName: identity.displayName ?? from?.displayName?.slice(0, longestName) ?? null,
  }
}
