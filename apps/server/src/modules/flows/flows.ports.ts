import type { FileId } from '@guichet/domain'

/** The sounds that documents may name. */
export type SoundsPort = {
  soundIds(): Promise<ReadonlySet<FileId>>
}
