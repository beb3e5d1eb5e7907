import type { Colleague } from '@guichet/contract'

/** The others who are there, those free for a question first, then by name; and how many are offline. */
export const colleaguesHere = (
  colleagues: readonly Colleague[],
  myRawId: string | undefined,
): { here: Colleague[]; offline: number } => {
  const others = colleagues.filter(colleague => colleague.party.rawId !== myRawId)
  const here = others.filter(({ presence, activity }) => presence !== 'offline' || activity !== 'idle')
  const rank = ({ presence, activity }: Colleague) =>
    activity !== 'idle' ? 1 : presence === 'available' ? 0 : 2
  return {
    here: here.sort((a, b) => rank(a) - rank(b) || a.party.displayName.localeCompare(b.party.displayName)),
    offline: others.length - here.length,
  }
}
