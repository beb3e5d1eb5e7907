import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { camelCase, type Database } from '../../../apps/server/src/platform/index.ts'

/** Rows as the database would give them, one list for each query in turn; queries beyond them find nothing. */
export type Answers = readonly (readonly object[])[]

/** A database that is not there: it answers what it is told to, and keeps what it was asked. */
export type Recorder = {
  db: Database
  /** Gives the statements of `action`, in order. Of writes it says that each changed one row. */
  record(action: () => unknown, answers?: Answers): Promise<string[]>
}

/** @see Recorder */
export function createRecorder(): Recorder {
  let statements: string[] = []
  let answers: (readonly object[])[] = []

  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      statements.push(query.sql)
      const rows = answers.shift() ?? []
      return { rows: [...rows] as R[], numAffectedRows: 1n }
    },
    // biome-ignore lint/correctness/useYield: nothing is streamed
    async *streamQuery() {
      throw new Error('A streamed query cannot be listed')
    },
  }
  class RecordingDriver extends DummyDriver implements Driver {
    override async acquireConnection(): Promise<DatabaseConnection> {
      return connection
    }
  }
  const db: Database = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new RecordingDriver(),
      createIntrospector: kysely => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [camelCase],
  })

  return {
    db,
    async record(action, given = []) {
      statements = []
      answers = [...given]
      await action()
      return statements
    },
  }
}
