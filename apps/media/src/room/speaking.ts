/** Whether a leg speaks, told on change. */
export type SpeakingWatch = {
  /** Notes a level in dB below full scale; returns the new state when it changed. */
  onLevel(level: number, now: number): boolean | undefined
}

const speakingLevel = 45
const riseMs = 60
const fallMs = 700
const changeGapMs = 250

/** Creates a watch: three loud frames begin speech, 0.7 s of quiet end it. */
export function createSpeakingWatch(): SpeakingWatch {
  let speaking = false
  let contraryFor: number | undefined
  let changedAt = Number.NEGATIVE_INFINITY

  return {
    onLevel(level, now) {
      const loud = level <= speakingLevel
      if (loud === speaking) {
        contraryFor = undefined
        return undefined
      }
      contraryFor ??= now
      const due = now - contraryFor >= (loud ? riseMs - 20 : fallMs)
      if (!due || now - changedAt < changeGapMs) return undefined
      speaking = loud
      changedAt = now
      contraryFor = undefined
      return speaking
    },
  }
}
