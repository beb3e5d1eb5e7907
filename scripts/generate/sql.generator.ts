import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Work } from '../../apps/server/src/platform/index.ts'
import { root } from '../lib/places.mjs'
import type { GeneratedFile } from './generator.ts'
import { conversationsListings } from './sql/conversations.examples.ts'
import { formatSql } from './sql/format.ts'
import type { Listing } from './sql/listing.ts'
import { platformListings } from './sql/platform.examples.ts'
import { createRecorder, type Recorder } from './sql/recorder.ts'
import { routingListings } from './sql/routing.examples.ts'
import { telephonyListings } from './sql/telephony.examples.ts'

const listings = [...platformListings, ...conversationsListings, ...routingListings, ...telephonyListings]

/** Looks like a query; a query elsewhere than in a listed file would show in no difference. */
const QUERY =
  /\b(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(<[^`]*>)?`\s*(select|insert|update|delete|with)\b/

/** Lists the SQL of each repository, so that a changed query shows in the difference of a change. */
export default async function generateSql(): Promise<GeneratedFile[]> {
  const unlisted = queryFiles().filter(path => !listings.some(({ source }) => source === path))
  if (unlisted.length > 0) {
    throw new Error(`Queries that no listing shows; add examples in scripts/generate/sql: ${unlisted}`)
  }
  const recorder = createRecorder()
  const files: GeneratedFile[] = []
  for (const listing of listings) {
    const name = basename(listing.source, '.ts')
    files.push({ path: `docs/generated/sql/${name}.sql`, text: await describe(listing, recorder) })
  }
  return files
}

/** Source files of the server in which a query stands; the check of readiness asks for nothing of ours. */
function queryFiles(): string[] {
  return globSync('apps/server/src/{modules,platform}/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .filter(path => QUERY.test(readFileSync(join(root, path), 'utf8')))
    .sort()
}

async function describe({ source, open }: Listing, { db, record }: Recorder): Promise<string> {
  const { methods, example } = open(db)
  const sections: string[] = []
  for (const method of methods) {
    const found = example(method)
    if (found === undefined) throw new Error(`${method} of ${source} has no example in scripts/generate/sql`)
    const statements = await record(() => found.run(db as unknown as Work['trx']), found.answers)
    if (statements.length > 0) sections.push(`-- ${method}\n${statements.map(formatSql).join('\n\n')}\n`)
  }
  return `-- Made by \`npm run generate\` from ${source}: change that, not this file.\n\n${sections.join('\n')}`
}
