/** What is being listened to; times in seconds, `durationS` 0 while it is unknown. */
export type Listened = {
  key: string
  phase: 'loading' | 'playing' | 'paused'
  atS: number
  durationS: number
}

/** Plays one sound at a time, for all of the page. */
export type Listening = {
  /** Plays an address or bytes from its beginning; what played before stops. Rejects when it cannot be played. */
  play(key: string, source: () => string | Promise<Blob>): Promise<void>
  pause(): void
  resume(): Promise<void>
  seek(atS: number): void
  /** Stops what plays, or only what plays under a key. */
  stop(key?: string): void
  get(): Listened | null
  subscribe(listener: () => void): () => void
}

/** @see Listening */
export const createListening = (makeAudio: () => HTMLAudioElement): Listening => {
  const listeners = new Set<() => void>()
  let audio: HTMLAudioElement | null = null
  let state: Listened | null = null
  let release = () => {}
  let turn = 0

  const set = (next: Listened | null) => {
    state = next
    for (const listener of [...listeners]) listener()
  }
  const change = (part: Partial<Listened>) => {
    if (state) set({ ...state, ...part })
  }
  const end = () => {
    turn++
    release()
    release = () => {}
    if (audio) {
      audio.pause()
      audio.removeAttribute('src')
    }
    set(null)
  }
  const open = () => {
    if (audio) return audio
    const made = makeAudio()
    made.addEventListener('timeupdate', () => change({ atS: made.currentTime }))
    made.addEventListener('durationchange', () =>
      change({ durationS: Number.isFinite(made.duration) ? made.duration : 0 }),
    )
    made.addEventListener('playing', () => change({ phase: 'playing' }))
    made.addEventListener('ended', end)
    audio = made
    return made
  }

  return {
    async play(key, source) {
      end()
      const mine = turn
      set({ key, phase: 'loading', atS: 0, durationS: 0 })
      try {
        const sound = await source()
        // Somebody pressed another button meanwhile.
        if (turn !== mine) return
        const address = typeof sound === 'string' ? sound : URL.createObjectURL(sound)
        if (typeof sound !== 'string') release = () => URL.revokeObjectURL(address)
        const player = open()
        player.src = address
        await player.play()
      } catch (error) {
        if (turn !== mine) return
        end()
        throw error
      }
    },
    pause() {
      audio?.pause()
      change({ phase: 'paused' })
    },
    async resume() {
      await audio?.play()
    },
    seek(atS) {
      if (audio) audio.currentTime = atS
      change({ atS })
    },
    stop(key) {
      if (state && (key === undefined || state.key === key)) end()
    },
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
