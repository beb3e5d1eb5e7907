import type { PromptSound } from '@guichet/contract'
import type { StoredSound } from './prompts.repository.ts'

/** A sound as staff see it. */
export function presentSound(
  sound: StoredSound,
  usedBy: readonly PromptSound['usedBy'][number][],
): PromptSound {
  const { id, name, language, durationMs, sizeBytes, uploadedBy, uploadedAt } = sound
  return {
    id,
    name,
    language,
    durationMs,
    sizeBytes,
    uploadedBy,
    uploadedAt: uploadedAt.toISOString(),
    usedBy: [...usedBy],
  }
}
