import type { MediaPayload } from '@guichet/contract/media'
import type { FileId, LegId } from '@guichet/domain'
import type { Music, PlaySource, SpokenSource } from '@guichet/domain/flow'
import type { Clock, Ids, Log } from '../../platform/index.ts'
import type { PromptFilesPort } from './calls.ports.ts'
import type { MediaPort } from './media.ports.ts'
import type { SpeechPort } from './speech.ports.ts'

/** How a playback ended; `stopped` when we stopped it. */
export type PlayOutcome = 'completed' | 'failed' | 'stopped'

/** Sounds being played one after the other. */
export type Playback = { done: Promise<PlayOutcome>; stop(): void }

/** What music is for; each kind plays at most once at a time. */
export type LoopName = 'queue' | 'hold' | 'away'

/** Everything that is played into one call. */
export type CallPlayer = {
  /** Plays the sources in order to one leg; `onWords` tells what is being said, null when it is not words. */
  play(legId: LegId, sources: readonly PlaySource[], onWords: (words: string | null) => void): Playback
  startLoop(name: LoopName, legId: LegId, music: Music): void
  stopLoop(name: LoopName): void
  isLooping(name: LoopName): boolean
  /** Tells how a playback ended. */
  ended(playId: string, reason: PlayOutcome): void
  /** The room is gone with all that played in it. */
  reset(): void
}

const LOOP_RETRY_MS = 2_000
/** A long sound takes seconds to be made ready for the first time: whoever waits longer than this hears our own music. */
const STAND_IN_AFTER_MS = 700

/** @see CallPlayer */
export function createCallPlayer(deps: {
  roomId: string
  media: MediaPort
  speech: SpeechPort
  files: PromptFilesPort
  clock: Clock
  ids: Ids
  log: Log
}): CallPlayer {
  const { roomId, media, speech, files, clock, ids, log } = deps
  const waiting = new Map<string, (outcome: PlayOutcome) => void>()
  const loops = new Map<LoopName, string>()
  /** What ends the music that stands in for a loop which is not ready yet. */
  const standIns = new Map<LoopName, () => void>()

  async function speak({ text, language, voice }: SpokenSource): Promise<string> {
    return (await speech.synthesise({ text, locale: language, voice })).path
  }

  /** The file that designers uploaded; null, and told in the log, when it cannot be had. */
  async function findFile(fileId: FileId): Promise<string | null> {
    const path = await files.path(fileId).catch(error => {
      log.warn({ err: error, fileId }, 'prompt file could not be looked up')
      return null
    })
    if (path === null) log.warn({ fileId }, 'prompt file is missing; what stands in for it is played')
    return path
  }

  /** What plays for a source: a file that is gone leaves its words to be spoken, or null, which is passed over. */
  async function pathOf(source: PlaySource): Promise<string | null> {
    if (source.kind === 'text') return speak(source)
    return (await findFile(source.fileId)) ?? (source.words === null ? null : speak(source.words))
  }

  function stopPlaying(playId: string): void {
    waiting.delete(playId)
    media
      .request('play.stop', { playId })
      .catch(error => log.debug({ err: error }, 'playback was gone already'))
  }

  async function musicSource(music: Music): Promise<MediaPayload<'play.start'>['source']> {
    const path = music.kind === 'file' ? await findFile(music.fileId) : null
    return path === null ? { kind: 'music' } : { kind: 'file', path }
  }

  async function loop(name: LoopName, playId: string, legId: LegId, music: Music): Promise<void> {
    const source = await musicSource(music)
    if (loops.get(name) !== playId) return
    const endStandIn = source.kind === 'file' ? standIn(name, legId) : () => undefined
    try {
      await startLooping(playId, legId, source)
    } finally {
      endStandIn()
    }
    if (loops.get(name) !== playId) stopPlaying(playId)
  }

  async function startLooping(
    playId: string,
    legId: LegId,
    source: MediaPayload<'play.start'>['source'],
  ): Promise<void> {
    await media.request('play.start', { playId, roomId, legIds: [legId], source, loop: true, gain: 0.8 })
  }

  /** Plays our own music after a moment, until the result is called. */
  function standIn(name: LoopName, legId: LegId): () => void {
    const playId = ids.uuid()
    let isStarted = false
    const cancel = clock.after(STAND_IN_AFTER_MS, () => {
      isStarted = true
      startLooping(playId, legId, { kind: 'music' }).catch(error =>
        log.debug({ err: error }, 'nothing could stand in for the music'),
      )
    })
    const end = () => {
      if (standIns.get(name) !== end) return
      standIns.delete(name)
      cancel()
      if (isStarted) stopPlaying(playId)
    }
    standIns.set(name, end)
    return end
  }

  /** Nobody is left in silence: music that could not be started is tried again while it is wanted. */
  function beginLoop(name: LoopName, legId: LegId, music: Music): void {
    const playId = ids.uuid()
    loops.set(name, playId)
    loop(name, playId, legId, music).catch(error => {
      log.warn({ err: error }, 'music could not be played; trying again with our own')
      clock.after(LOOP_RETRY_MS, () => {
        if (loops.get(name) === playId) beginLoop(name, legId, { kind: 'default' })
      })
    })
  }

  return {
    play(legId, sources, onWords) {
      let stopped = false
      let current: string | null = null
      // All are looked up at once, so that the second sentence is ready when the first ends.
      const paths = sources.map(pathOf)
      for (const path of paths) path.catch(() => undefined)

      async function run(): Promise<PlayOutcome> {
        for (const [index, source] of sources.entries()) {
          const path = (await paths[index]) ?? null
          if (stopped) return 'stopped'
          if (path === null) continue
          const playId = ids.uuid()
          const ended = new Promise<PlayOutcome>(resolve => waiting.set(playId, resolve))
          current = playId
          onWords((source.kind === 'text' ? source : source.words)?.text ?? null)
          await media.request('play.start', {
            playId,
            roomId,
            legIds: [legId],
            source: { kind: 'file', path },
          })
          if (stopped) {
            stopPlaying(playId)
            return 'stopped'
          }
          const outcome = await ended
          if (outcome !== 'completed') return stopped ? 'stopped' : outcome
        }
        return 'completed'
      }

      const done = run()
        .catch((error): PlayOutcome => {
          log.warn({ err: error }, 'prompt could not be played')
          return stopped ? 'stopped' : 'failed'
        })
        .finally(() => onWords(null))
      return {
        done,
        stop() {
          if (stopped) return
          stopped = true
          if (current === null) return
          const settle = waiting.get(current)
          stopPlaying(current)
          settle?.('stopped')
        },
      }
    },
    startLoop(name, legId, music) {
      if (!loops.has(name)) beginLoop(name, legId, music)
    },
    stopLoop(name) {
      const playId = loops.get(name)
      if (playId === undefined) return
      loops.delete(name)
      standIns.get(name)?.()
      stopPlaying(playId)
    },
    isLooping: name => loops.has(name),
    ended(playId, reason) {
      const settle = waiting.get(playId)
      waiting.delete(playId)
      settle?.(reason)
      for (const [name, id] of loops) if (id === playId) loops.delete(name)
    },
    reset() {
      loops.clear()
      for (const end of [...standIns.values()]) end()
      for (const [playId, settle] of [...waiting]) {
        waiting.delete(playId)
        settle('stopped')
      }
    },
  }
}
