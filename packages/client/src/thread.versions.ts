/** Which versions of a thread have been seen: everything up to `through`, and some beyond a gap. */
export type Versions = {
  /** Every version up to here is held. */
  readonly through: number
  /** Versions held beyond a gap. */
  readonly ahead: readonly number[]
}

export const noVersions: Versions = { through: 0, ahead: [] }

function closeUp(through: number, ahead: readonly number[]): Versions {
  const sorted = [...new Set(ahead)].filter(version => version > through).sort((a, b) => a - b)
  let reached = through
  while (sorted[0] === reached + 1) reached = sorted.shift() as number
  return { through: reached, ahead: sorted }
}

/** Notes one version heard of; a repeat changes nothing. */
export function noteVersion(versions: Versions, version: number): Versions {
  return closeUp(versions.through, [...versions.ahead, version])
}

/** Notes that a page of the thread told everything up to `version`. */
export function noteThrough(versions: Versions, version: number): Versions {
  return closeUp(Math.max(versions.through, version), versions.ahead)
}

/** Whether something was missed between what is held. */
export const hasGap = (versions: Versions): boolean => versions.ahead.length > 0
