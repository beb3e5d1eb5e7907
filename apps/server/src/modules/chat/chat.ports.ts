import type { Readable } from 'node:stream'

/** Keeps the bytes of files under keys that we choose. */
export type StoragePort = {
  /** Stores all of it or nothing; rejects with the error of `bytes` when they end with one. */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Null when there is nothing under the key. */
  open(key: string): Promise<{ stream: Readable; sizeBytes: number } | null>
  /** Removing what is not there is not an error. */
  remove(key: string): Promise<void>
}
