import { ApplicationId, FileId } from '@guichet/domain'
import { z } from 'zod'
import { Instant, Locale } from './common.ts'

/** Largest sound file of the library. */
export const MAX_SOUND_BYTES = 20 * 1024 * 1024
/** Longest sound of the library: a piece of music on hold. */
export const MAX_SOUND_MS = 10 * 60_000

/** What designers call a sound. */
export const SoundName = z.string().trim().min(1).max(100)

/** A sound of the library, which prompts and music of voice applications name by its id. */
export const PromptSound = z.object({
  id: FileId,
  name: SoundName,
  /** Language that is spoken in it; null for any, such as music. */
  language: Locale.nullable(),
  durationMs: z.number().int().positive(),
  sizeBytes: z.number().int().positive(),
  /** Who brought the sound itself, as they were called then, and when. */
  uploadedBy: z.string(),
  uploadedAt: Instant,
  /** Applications that play it now. */
  usedBy: z.array(z.object({ id: ApplicationId, name: z.string() })),
})
export type PromptSound = z.infer<typeof PromptSound>

/** Words to hear as callers would; `voice` as the speech engine names it, null for its own choice. */
export const PromptPreview = z.object({
  text: z.string().trim().min(1).max(1_000),
  language: Locale,
  voice: z.string().max(100).nullable().default(null),
})
export type PromptPreview = z.infer<typeof PromptPreview>
