import type { MediaEvent, MediaPayload, MediaRequestKind, MediaResult } from '@guichet/contract/media'

/** The media processes, seen as one. A room lives on one of them for as long as it lasts. */
export type MediaPort = {
  /**
   * Asks the process that holds the room, leg or playback; `room.open` chooses one.
   * @throws DomainError `media-unavailable` (retryable) when no process answers in time; `media-failed`,
   *   `not-found` or `invalid-request` when it refuses.
   */
  request<K extends MediaRequestKind>(kind: K, payload: MediaPayload<K>): Promise<MediaResult<K>>
  /** Calls the listener with every event of every process; the result stops it. */
  onEvent(listener: (event: MediaEvent) => void): () => void
  /** Calls the listener with the rooms that vanished with their process; the result stops it. */
  onLost(listener: (roomIds: string[]) => void): () => void
}
