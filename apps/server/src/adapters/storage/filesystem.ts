import { createReadStream } from 'node:fs'
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { StoragePort } from '../../modules/chat/chat.ports.ts'
import type { ByteRange, SoundStoragePort } from '../../modules/prompts/prompts.ports.ts'

/** Keys name files: letters, digits and dashes only. */
const KEY = /^[A-Za-z0-9-]{8,80}$/

/** Files in a folder of this machine, spread over 65,536 folders, readable by their owner alone. */
export function createFileSystemStorage(folder: string): StoragePort & SoundStoragePort {
  function pathOf(key: string): { directory: string; path: string } {
    if (!KEY.test(key)) throw new Error('Not a storage key')
    const directory = join(folder, key.slice(0, 2), key.slice(2, 4))
    return { directory, path: join(directory, key) }
  }

  return {
    async put(key, bytes) {
      const { directory, path } = pathOf(key)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
      // Written beside and moved, so that a crash never leaves half a file under the key.
      const draft = `${path}.part`
      try {
        const file = await open(draft, 'w', 0o600)
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(draft, path)
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    async open(key, range?: ByteRange) {
      const { path } = pathOf(key)
      const sizeBytes = await sizeOf(path)
      return sizeBytes === null ? null : { stream: createReadStream(path, range), sizeBytes }
    },
    async path(key) {
      const { path } = pathOf(key)
      return (await sizeOf(path)) === null ? null : resolve(path)
    },
    async remove(key) {
      await rm(pathOf(key).path, { force: true })
    },
  }
}

/** Bytes of a file; null when there is none. */
async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return found?.size ?? null
}
