import type { sharedFunctions } from './shared.list.ts'

/** What the widget's script lends to the call code. */
export type Shared = {
  readonly [M in keyof typeof sharedFunctions]: Readonly<Record<(typeof sharedFunctions)[M][number], unknown>>
}

let lent: Shared | null = null

/** Lends before anything of the call code runs. */
export function lend(shared: Shared): void {
  lent = shared
}

/** What was lent of a module. */
export function borrow<M extends keyof Shared>(name: M): Shared[M] {
  if (!lent) throw new Error('nothing was lent to the call code')
  return lent[name]
}
