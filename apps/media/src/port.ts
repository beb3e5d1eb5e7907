import {
  type MediaLoad,
  type MediaParsedPayload,
  MediaRequest,
  type MediaRequestKind,
  type MediaResponse,
  type MediaResult,
  mediaRequests,
} from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import { ZodError } from 'zod'
import type { Engine } from './engine.ts'
import type { Log } from './log.ts'

type Handlers = {
  [K in MediaRequestKind]: (payload: MediaParsedPayload<K>) => MediaResult<K> | Promise<MediaResult<K>>
}

/** Answers one message from the server, or gives `undefined` for what is not a request at all. */
export type MediaPort = (message: unknown) => Promise<MediaResponse | undefined>

const done = (action: () => void): Record<string, never> => {
  action()
  return {}
}

/** Creates the door of the media process: every message is parsed, every failure becomes a problem. */
export function createMediaPort(engine: Engine, load: () => MediaLoad, log: Log): MediaPort {
  const handlers: Handlers = {
    ping: load,
    'room.open': payload => done(() => engine.openRoom(payload)),
    'room.close': payload => done(() => engine.closeRoom(payload)),
    'leg.open': engine.openLeg,
    'leg.replace': engine.replaceLeg,
    'leg.update': payload => done(() => engine.updateLeg(payload)),
    'leg.close': payload => done(() => engine.closeLeg(payload)),
    'phone.open': engine.openPhone,
    'phone.answer': engine.answerPhone,
    'phone.offer': engine.offerPhone,
    'phone.apply': engine.applyPhone,
    'digits.send': engine.sendDigits,
    'digits.note': payload => done(() => engine.noteDigit(payload)),
    'play.start': engine.startPlayback,
    'play.stop': payload => done(() => engine.stopPlayback(payload)),
    'stats.get': engine.stats,
  }

  const run = <K extends MediaRequestKind>(kind: K, payload: unknown): unknown =>
    handlers[kind](mediaRequests[kind].payload.parse(payload) as MediaParsedPayload<K>)

  const problemOf = (error: unknown, kind: string) => {
    if (error instanceof DomainError) {
      return { code: error.code, detail: error.message, retryable: error.retryable }
    }
    if (error instanceof ZodError) {
      const [issue] = error.issues
      const detail = `${issue?.path.join('.') || kind}: ${issue?.message ?? 'malformed'}`.slice(0, 1000)
      return { code: 'invalid-request' as const, detail, retryable: false }
    }
    log.error('request failed', { kind, error: String((error as Error)?.stack ?? error) })
    return { code: 'internal' as const, detail: 'Unexpected failure', retryable: false }
  }

  return async message => {
    const request = MediaRequest.safeParse(message)
    if (!request.success) {
      const id = (message as { id?: unknown } | null)?.id
      log.warn('message refused', { id: typeof id === 'number' ? id : undefined })
      if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return undefined
      return { type: 'response', id, ok: false, problem: problemOf(request.error, 'request') }
    }
    const { id, kind, payload } = request.data
    try {
      return { type: 'response', id, ok: true, result: await run(kind, payload) }
    } catch (error) {
      return { type: 'response', id, ok: false, problem: problemOf(error, kind) }
    }
  }
}
