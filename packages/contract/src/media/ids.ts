import { z } from 'zod'

/** Identifier the server chooses for a room, leg or playback; the media process only compares it. */
export const MediaId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9:._-]+$/)
export type MediaId = z.infer<typeof MediaId>

/** Kinds of moving picture a leg may send; each keeps its own stream toward the listeners. */
export const PictureKind = z.enum(['camera', 'screen'])
export type PictureKind = z.infer<typeof PictureKind>

/** A key of the telephone keypad, the letters A to D included. @source RFC 4733 §3.2 */
export const KeypadDigit = z.string().regex(/^[0-9*#A-D]$/)
export type KeypadDigit = z.infer<typeof KeypadDigit>

/** What a listener is sent at this moment: nothing, one leg as it is, one playback as it is, or a mix. */
export const HearingMode = z.enum(['silence', 'relay', 'play', 'mix'])
export type HearingMode = z.infer<typeof HearingMode>
