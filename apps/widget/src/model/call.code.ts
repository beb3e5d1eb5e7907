/** The call code, as it is loaded on demand. */
export type CallCode = typeof import('../call/entry.tsx')
