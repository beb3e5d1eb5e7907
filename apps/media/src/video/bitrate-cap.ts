/** Lowest and highest cap on what a browser sends as pictures, in bit/s. */
export const bitrateLimits = {
  start: 300_000,
  lowest: 100_000,
  onePicture: 2_500_000,
  twoPictures: 4_000_000,
}

const growth = 1.25
const tolerableLoss = 0.02
const harmfulLoss = 0.1

/**
 * The next cap: it grows while the loss, of the sender's path or of its worst listener, is tolerable; stays
 * while it is noticeable; falls with it once it harms. Steps are meant to be half a second apart.
 */
export function nextBitrateCap(cap: number, lossRatio: number, pictures: number): number {
  const highest = pictures > 1 ? bitrateLimits.twoPictures : bitrateLimits.onePicture
  const wanted =
    lossRatio < tolerableLoss
      ? cap * growth
      : lossRatio > harmfulLoss
        ? cap * (1 - 0.5 * Math.min(1, lossRatio))
        : cap
  return Math.round(Math.max(bitrateLimits.lowest, Math.min(highest, wanted)))
}
