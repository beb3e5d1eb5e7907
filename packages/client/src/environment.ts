/** What the client needs from its surroundings; a browser gives the real ones, a test gives fakes. */
export type ClientEnvironment = {
  /** Milliseconds since the epoch. */
  now(): number
  setTimer(callback: () => void, delayMs: number): unknown
  clearTimer(handle: unknown): void
  /** A number from 0 up to 1, used to spread reconnections. */
  random(): number
  /** A fresh identifier of 8 to 64 characters. */
  randomId(): string
  fetch(url: string, init: RequestInit): Promise<Response>
  createRequest(): XMLHttpRequest
  openSocket(url: string): ClientSocket
  /** Calls back when the network returns; the result stops it. */
  onOnline(callback: () => void): () => void
}

/** The part of `WebSocket` that the client uses. */
export type ClientSocket = {
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string): void
  close(code?: number): void
}
