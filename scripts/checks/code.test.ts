import assert from 'node:assert/strict'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { capture } from '../lib/children.mjs'
import { pinnedNode, root } from '../lib/places.mjs'

const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

async function passes(program: string, args: string[]): Promise<void> {
  const { code, output } = await capture(pinnedNode, [program, ...args])
  assert.equal(code, 0, output)
}

describe('the code', () => {
  it('is formatted and lints clean', () =>
    passes(biome, ['ci', '--error-on-warnings', '--colors=off', '--max-diagnostics=30', '.']))

  describe('compiles', { concurrency: 2 }, () => {
    const projects = globSync('{apps,packages}/*/tsconfig.json', { cwd: root }).sort()
    for (const project of [...projects, 'tsconfig.json']) {
      it(project, () => passes(tsc, ['--project', project, '--pretty', 'false']))
    }
  })

  it('is the same as what the generators write', () => passes('scripts/generate/run.ts', ['--check']))
})

describe('the rules on code', () => {
  it('catch a clock, a timer and randomness where they must be passed in', async () => {
    const places = ['packages/domain/src/a.ts', 'apps/server/src/modules/chat/a.ts', 'apps/media/src/a.ts']
    const planted = ['Date.now()', 'new Date()', 'Math.random()', 'setTimeout(planted, 1)', "fetch('x')"]
    const rows = places.flatMap(place => planted.map(code => ({ place, code })))
    assert.deepEqual(await notFound(rows), [])
  })

  it('let the clock itself read the time', async () => {
    const clock = { place: 'apps/server/src/platform/a.ts', code: 'Date.now()' }
    assert.deepEqual(await notFound([clock]), [clock])
  })

  it('give domain neither Node nor the DOM', () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'))
    const own = JSON.parse(readFileSync(join(root, 'packages/domain/tsconfig.json'), 'utf8'))
    const { types, lib } = { ...compilerOptions, ...own.compilerOptions }
    assert.deepEqual(types, [])
    assert.deepEqual(lib, ['ES2024'])
  })
})

type Planted = { readonly place: string; readonly code: string }

/** Lints the rows in a tree of their own, one file a row, and answers those in which nothing was found. */
async function notFound(rows: readonly Planted[]): Promise<Planted[]> {
  const tree = mkdtempSync(join(tmpdir(), 'guichet-lint-'))
  try {
    for (const file of ['biome.json', 'scripts/checks/passed-in.grit']) {
      cpSync(join(root, file), join(tree, file), { recursive: true })
    }
    const files = rows.map(({ place, code }, row) => {
      const file = place.replace('.ts', `${row}.ts`)
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), `export const planted = () => ${code}\n`)
      return file
    })
    const options = [
      '--vcs-enabled=false',
      '--colors=off',
      '--max-diagnostics=none',
      '--diagnostic-level=error',
    ]
    const { output } = await capture(pinnedNode, [biome, 'lint', ...options, '.'], { cwd: tree })
    assert.match(output, /Checked \d+ files/)
    return rows.filter((_, row) => !output.includes(`${files[row]}:`))
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}
