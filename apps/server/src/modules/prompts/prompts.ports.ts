import type { Readable } from 'node:stream'
import type { Locale } from '@guichet/contract'
import type { ApplicationId, FileId } from '@guichet/domain'

/** First and last byte of a part, both included. */
export type ByteRange = { start: number; end: number }

/** Keeps the bytes of sounds under keys that we choose, as files that another process of this machine can read. */
export type SoundStoragePort = {
  /** Stores all of it or nothing; rejects with the error of `bytes` when they end with one. */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** The whole or a part; null when there is nothing under the key. */
  open(key: string, range?: ByteRange): Promise<{ stream: Readable; sizeBytes: number } | null>
  /** Removing what is not there is not an error. */
  remove(key: string): Promise<void>
  /** Absolute path of the bytes; null when there is nothing under the key. */
  path(key: string): Promise<string | null>
}

/** Who plays the sounds. */
export type SoundUsersPort = {
  /** Applications by the sound that they play now. */
  usersOfSounds(): Promise<ReadonlyMap<FileId, readonly { id: ApplicationId; name: string }[]>>
}

/** Words made audible. */
export type SpokenWordsPort = {
  /** What callers hear for these words, as WAV. @throws DomainError `invalid-request` when there is nothing to say */
  speak(request: { text: string; locale: Locale; voice: string | null }): Promise<Uint8Array>
}
