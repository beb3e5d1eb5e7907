/** A file made from source: its path below the repository's folder, and all of its text. */
export type GeneratedFile = { readonly path: string; readonly text: string }

/** What each `scripts/generate/*.generator.ts` exports as its default. */
export type Generator = () => GeneratedFile[] | Promise<GeneratedFile[]>
