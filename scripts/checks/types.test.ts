import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'node:test'
import { capture } from '../lib/children.mjs'
import { pinnedNode, root } from '../lib/places.mjs'

const tsc = join(root, 'node_modules/typescript/bin/tsc')
/** A glob that lost its way finds almost nothing and passes: the real tree is far larger than this. */
const fewestFiles = 400

/** TypeScript files of a tree that no project in it compiles, by path from its root. */
async function unchecked(tree: string): Promise<{ files: string[]; missed: string[] }> {
  const find = (pattern: string) =>
    globSync(pattern, { cwd: tree, exclude: ['**/node_modules/**', '**/dist/**', '**/data/**'] }).sort()
  const projects = [...find('{apps,packages}/*/tsconfig.json'), 'tsconfig.json']
  const compiled = new Set<string>()
  for (const project of projects) {
    const { code, output } = await capture(pinnedNode, [
      tsc,
      '--project',
      join(tree, project),
      '--listFilesOnly',
    ])
    assert.equal(code, 0, output)
    for (const line of output.split('\n')) compiled.add(relative(tree, line.trim()))
  }
  const files = find('{apps,packages,e2e,bench,scripts}/**/*.{ts,tsx}')
  return { files, missed: files.filter(file => !compiled.has(file)) }
}

describe('every TypeScript file', () => {
  it('is type-checked by some project, tests included', async () => {
    const { files, missed } = await unchecked(root)
    assert.ok(files.length >= fewestFiles, `only ${files.length} files`)
    assert.ok(files.some(file => file.startsWith('apps/widget/') && file.endsWith('.test.ts')))
    assert.deepEqual(missed, [])
  })

  it('is missed when its project leaves it out', async () => {
    const tree = mkdtempSync(join(tmpdir(), 'guichet-types-'))
    const plant = (path: string, text: string) => {
      mkdirSync(join(tree, dirname(path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    try {
      plant('tsconfig.json', JSON.stringify({ files: ['e2e/a.test.ts'] }))
      plant('packages/a/tsconfig.json', JSON.stringify({ include: ['src'], exclude: ['src/**/*.test.ts'] }))
      for (const path of ['e2e/a.test.ts', 'packages/a/src/a.ts', 'packages/a/src/a.test.ts'])
        plant(path, 'export const a = 1\n')
      assert.deepEqual((await unchecked(tree)).missed, ['packages/a/src/a.test.ts'])
    } finally {
      rmSync(tree, { recursive: true })
    }
  })
})
