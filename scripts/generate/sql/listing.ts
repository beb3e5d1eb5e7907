import type { Database, Work } from '../../../apps/server/src/platform/index.ts'
import type { Answers } from './recorder.ts'

/** Calls one method of a repository, with a transaction for those that take one. */
export type Call<R> = (repository: R, trx: Work['trx']) => unknown

/** How to call a method so that its statements are seen; `answers` where it goes on by what was found. */
export type Example<R> = Call<R> | { readonly run: Call<R>; readonly answers: Answers }

/** The methods of a source file that speak to the database. */
export type Listing = {
  /** Path below the repository's folder. */
  readonly source: string
  /** What is listed, and how to have each asked; a method without example is an error. */
  open(db: Database): {
    readonly methods: readonly string[]
    example(method: string): BoundExample | undefined
  }
}

/** An example together with the repository that it calls. */
export type BoundExample = { run(trx: Work['trx']): unknown; readonly answers: Answers }

/** Lists a repository of `apps/server/src`: every method needs an example. */
export function listing<R extends object>(
  source: string,
  make: (db: Database) => R,
  examples: { readonly [method in keyof NoInfer<R>]: Example<NoInfer<R>> },
): Listing {
  return {
    source: `apps/server/src/${source}`,
    open(db) {
      const repository = make(db)
      return {
        methods: Object.keys(repository),
        example(method) {
          const example = (examples as Record<string, Example<R> | undefined>)[method]
          if (example === undefined) return undefined
          const { run, answers } = typeof example === 'function' ? { run: example, answers: [] } : example
          return { run: trx => run(repository, trx), answers }
        },
      }
    },
  }
}

/** A value of whatever identifier is asked for; only statements are listed, never their parameters. */
export function id<T extends string>(): T {
  return '00000000-0000-4000-8000-000000000000' as T
}

/** The instant of every example. */
export const at = new Date(0)
