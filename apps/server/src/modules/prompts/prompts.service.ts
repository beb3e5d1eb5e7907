import type { Readable } from 'node:stream'
import type { Locale, PromptSound } from '@guichet/contract'
import { DomainError, type FileId } from '@guichet/domain'
import {
  type Clock,
  type Ids,
  NotFoundError,
  type StaffPrincipal,
  type UnitOfWork,
} from '../../platform/index.ts'
import { SoundInUseError } from './prompts.errors.ts'
import type { ByteRange, SoundStoragePort, SoundUsersPort } from './prompts.ports.ts'
import { presentSound } from './prompts.presenter.ts'
import type { PromptsRepository, StoredSound } from './prompts.repository.ts'
import { createWavCheck } from './wav.check.ts'

/** Sounds in one library, so that nobody fills the disk. */
const MAX_SOUNDS = 1_000

/** Bytes of a WAV file as they arrive. */
type Bytes = AsyncIterable<Uint8Array>

/** What the doors and other modules ask of the library. */
export type PromptsService = {
  list(): Promise<PromptSound[]>
  /** @throws NotASoundError, UnsupportedSoundError, SoundTooLongError, SoundTooBigError */
  add(
    by: StaffPrincipal,
    about: { name: string; language: Locale | null },
    bytes: Bytes,
  ): Promise<PromptSound>
  /** Replaces the sound itself; name and language stay. @throws as `add` does, NotFoundError `not-found` */
  replace(by: StaffPrincipal, id: FileId, bytes: Bytes): Promise<PromptSound>
  /** @throws NotFoundError `not-found` */
  change(
    by: StaffPrincipal,
    id: FileId,
    about: { name?: string | undefined; language?: Locale | null | undefined },
  ): Promise<PromptSound>
  /** @throws SoundInUseError naming the applications, NotFoundError `not-found` */
  remove(by: StaffPrincipal, id: FileId): Promise<void>
  /** `version` changes whenever the sound is replaced. @throws NotFoundError `not-found` */
  find(id: FileId): Promise<{ sizeBytes: number; version: string }>
  /** The bytes of that version, or a part of them. @throws NotFoundError `not-found` */
  open(version: string, range?: ByteRange): Promise<Readable>
  /** Absolute path of the WAV file; null when there is none. */
  path(id: FileId): Promise<string | null>
  /** Every sound there is. */
  soundIds(): Promise<ReadonlySet<FileId>>
}

/** @see PromptsService */
export function createPromptsService(deps: {
  repository: PromptsRepository
  storage: SoundStoragePort
  users: SoundUsersPort
  uow: UnitOfWork
  clock: Clock
  ids: Ids
}): PromptsService {
  const { repository, storage, users, uow, clock, ids } = deps

  /** Stores a WAV file under a key of its own; all of it is read, so that the sender listens to the answer. */
  async function store(bytes: Bytes): Promise<Pick<StoredSound, 'storageKey' | 'durationMs' | 'sizeBytes'>> {
    const storageKey = ids.uuid()
    const check = createWavCheck()
    async function* checked() {
      let refusal: unknown = null
      for await (const chunk of bytes) {
        if (refusal !== null) continue
        try {
          check.push(chunk)
        } catch (error) {
          refusal = error
          continue
        }
        yield chunk
      }
      if (refusal !== null) throw refusal
    }
    await storage.put(storageKey, checked())
    try {
      return { storageKey, ...check.end() }
    } catch (error) {
      await storage.remove(storageKey)
      throw error
    }
  }

  async function present(sound: StoredSound): Promise<PromptSound> {
    return presentSound(sound, (await users.usersOfSounds()).get(sound.id) ?? [])
  }

  /** Changes one sound; answers it as it was and as it is. */
  async function edit(
    by: StaffPrincipal,
    id: FileId,
    part: Partial<StoredSound>,
  ): Promise<{ before: StoredSound; after: StoredSound }> {
    return uow.run(async ({ trx, emit }) => {
      const before = await repository.lock(trx, id)
      if (before === null) throw new NotFoundError('The sound')
      const after = { ...before, ...part }
      await repository.update(trx, after)
      emit('prompt.saved', { fileId: id, by: by.rawId })
      return { before, after }
    })
  }

  const uploadBy = (by: StaffPrincipal) => ({
    uploadedBy: by.party.displayName,
    uploaderRawId: by.rawId,
    uploadedAt: new Date(clock.now()),
  })

  return {
    async list() {
      const [sounds, usersOf] = await Promise.all([repository.list(), users.usersOfSounds()])
      return sounds.map(sound => presentSound(sound, usersOf.get(sound.id) ?? []))
    },
    async add(by, { name, language }, bytes) {
      if ((await repository.count()) >= MAX_SOUNDS)
        throw new DomainError('too-many-requests', 'The library holds as many sounds as it may; delete some')
      const stored = await store(bytes)
      const sound: StoredSound = { id: ids.uuid() as FileId, name, language, ...stored, ...uploadBy(by) }
      try {
        await uow.run(async ({ trx, emit }) => {
          await repository.insert(trx, sound)
          emit('prompt.saved', { fileId: sound.id, by: by.rawId })
        })
      } catch (error) {
        await storage.remove(stored.storageKey)
        throw error
      }
      return presentSound(sound, [])
    },
    async replace(by, id, bytes) {
      if ((await repository.find(id)) === null) throw new NotFoundError('The sound')
      const stored = await store(bytes)
      const { before, after } = await edit(by, id, { ...stored, ...uploadBy(by) }).catch(async error => {
        await storage.remove(stored.storageKey)
        throw error
      })
      await storage.remove(before.storageKey)
      return present(after)
    },
    async change(by, id, { name, language }) {
      const part = {
        ...(name === undefined ? {} : { name }),
        ...(language === undefined ? {} : { language }),
      }
      return present((await edit(by, id, part)).after)
    },
    async remove(by, id) {
      const playing = (await users.usersOfSounds()).get(id) ?? []
      if (playing.length > 0) throw new SoundInUseError(playing.map(application => application.name))
      const removed = await uow.run(async ({ trx, emit }) => {
        const sound = await repository.lock(trx, id)
        if (sound === null) throw new NotFoundError('The sound')
        await repository.remove(trx, id)
        emit('prompt.deleted', { fileId: id, by: by.rawId })
        return sound
      })
      await storage.remove(removed.storageKey)
    },
    async find(id) {
      const sound = await repository.find(id)
      if (sound === null) throw new NotFoundError('The sound')
      return { sizeBytes: sound.sizeBytes, version: sound.storageKey }
    },
    async open(version, range) {
      const file = await storage.open(version, range)
      if (file === null) throw new NotFoundError('The sound')
      return file.stream
    },
    async path(id) {
      const sound = await repository.find(id)
      return sound === null ? null : storage.path(sound.storageKey)
    },
    async soundIds() {
      return new Set((await repository.list()).map(sound => sound.id))
    },
  }
}
