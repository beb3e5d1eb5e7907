import type { ProblemCode } from '@guichet/domain'
import { z } from 'zod'
import { type MediaEvent, mediaEventKinds, mediaEvents } from './events.ts'
import { mediaRequestKinds } from './requests.ts'

/** Why a request failed: a code of the problem registry and a sentence for logs. */
export const MediaProblem = z.strictObject({
  code: z.string().transform(code => code as ProblemCode),
  detail: z.string().max(1000),
  retryable: z.boolean(),
})
export type MediaProblem = z.infer<typeof MediaProblem>

/**
 * A request on the wire (Node IPC today, a NATS subject later); none may be sent before the `media.ready` event. `id` is chosen by the caller and only has to
 * be unique among its requests in flight; `payload` is parsed with the schema that `mediaRequests` has for `kind`.
 */
export const MediaRequest = z.object({
  type: z.literal('request'),
  id: z.number().int().nonnegative(),
  kind: z.enum(mediaRequestKinds),
  payload: z.unknown(),
})
export type MediaRequest = z.infer<typeof MediaRequest>

/** The one answer to a request, told apart by `ok`; parse `result` with the schema of the request's kind. */
export const MediaResponse = z.discriminatedUnion('ok', [
  z.object({
    type: z.literal('response'),
    id: z.number().int().nonnegative(),
    ok: z.literal(true),
    result: z.unknown(),
  }),
  z.object({
    type: z.literal('response'),
    id: z.number().int().nonnegative(),
    ok: z.literal(false),
    problem: MediaProblem,
  }),
])
export type MediaResponse = z.infer<typeof MediaResponse>

const EventEnvelope = z.object({
  type: z.literal('event'),
  kind: z.enum(mediaEventKinds),
  payload: z.unknown(),
})

/**
 * Parses an event from the wire.
 * @throws ZodError when the kind is unknown or the payload does not fit it.
 */
export function parseMediaEvent(message: unknown): MediaEvent {
  const { kind, payload } = EventEnvelope.parse(message)
  return { type: 'event', kind, payload: mediaEvents[kind].parse(payload) } as MediaEvent
}
