import type { Locale } from '@guichet/contract'

/** Tables of this module. */
export type PromptsTables = {
  prompts: {
    id: string
    name: string
    language: Locale | null
    storageKey: string
    durationMs: number
    sizeBytes: number
    uploadedBy: string
    uploaderRawId: string
    uploadedAt: Date
  }
}
