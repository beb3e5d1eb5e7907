/** Every advisory lock that we take in the database: in one list, so that no two things ever share a number. */
export const advisoryLocks = {
  /** Serialises migrations of several servers that start together. */
  migration: 7_242_001,
  /** Held for its session by the one elected router. */
  router: 7_242_002,
  /** Serialises changes of who may do what: two administrators cannot remove each other at once. */
  staffAccess: 7_242_003,
  /** Held while tasks run, by the one server that runs them. */
  tasks: 7_242_004,
  /** Held for its session by the one server that serves this database. */
  serving: 7_242_005,
} as const
