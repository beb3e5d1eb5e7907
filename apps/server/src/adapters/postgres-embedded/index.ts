export { type DatabaseStartCode, DatabaseStartError } from './database-start.error.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.adapter.ts'
export type { ServerEnd } from './guarded-server.ts'
