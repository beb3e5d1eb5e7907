/** How long people may take to come, or to come back, in ms. */
export const patience = {
  visitorMs: 30_000,
  agentMs: 20_000,
  /** After a media process died: clients are told, and rejoin on their own. */
  mediaMs: 15_000,
  /** After this server restarted. */
  restartMs: 30_000,
  /** An agent who accepted, and has not been heard yet. */
  arrivalMs: 12_000,
} as const
