import { globSync } from 'node:fs'

/** Which tests a run takes: everything, or what is pure and quick. */
export type Scope = 'all' | 'fast'

/** The test files of a run, in the order in which they run: checks, pure, with PostgreSQL, in a browser, journeys. */
export function testFiles(root: string, scope: Scope): string[] {
  const beside = find(root, '{apps,packages}/*/src/**/*.test.ts')
  const houseKeeping = find(root, 'scripts/**/*.test.ts')
  const pure = beside.filter(file => !/\.(pg|browser)\.test\.ts$/.test(file))
  if (scope === 'fast') return [...houseKeeping, ...pure]
  const withDatabase = beside.filter(file => file.endsWith('.pg.test.ts'))
  const inBrowser = beside.filter(file => file.endsWith('.browser.test.ts'))
  return [...houseKeeping, ...pure, ...withDatabase, ...inBrowser, ...find(root, 'e2e/**/*.test.ts')]
}

function find(root: string, pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] }).sort()
}
