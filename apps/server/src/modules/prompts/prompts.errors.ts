import { MAX_SOUND_BYTES, MAX_SOUND_MS } from '@guichet/contract'
import { DomainError } from '@guichet/domain'

const MINUTE_MS = 60_000
const MEGABYTE = 1024 * 1024

/** Thrown when a file is no WAV, or holds no sound. Code `not-a-sound`. */
export class NotASoundError extends DomainError {
  constructor(why: string) {
    super('not-a-sound', `This is not a WAV file with a sound in it: ${why}`)
  }
}

/** Thrown when a WAV file is coded in a way that calls cannot play. Code `unsupported-sound`. */
export class UnsupportedSoundError extends DomainError {
  constructor(why: string) {
    super(
      'unsupported-sound',
      `This WAV file cannot be played in calls: ${why}. Save it as PCM with 16 bits.`,
    )
  }
}

/** Thrown when a sound lasts longer than it may. Code `sound-too-long`. */
export class SoundTooLongError extends DomainError {
  constructor() {
    super('sound-too-long', `Sounds may last up to ${MAX_SOUND_MS / MINUTE_MS} minutes`)
  }
}

/** Thrown when a sound file is larger than it may be. Code `sound-too-big`. */
export class SoundTooBigError extends DomainError {
  constructor() {
    super('sound-too-big', `Sounds may be up to ${MAX_SOUND_BYTES / MEGABYTE} MB`)
  }
}

/** Thrown when a sound to be deleted is played by applications; names them. Code `sound-in-use`. */
export class SoundInUseError extends DomainError {
  constructor(applications: readonly string[]) {
    super('sound-in-use', `Applications still play this sound: ${applications.join(', ')}`, {
      details: { applications },
    })
  }
}
