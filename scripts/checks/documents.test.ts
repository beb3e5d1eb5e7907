import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { root } from '../lib/places.mjs'

const documents = globSync(['*.md', 'docs/**/*.md', 'e2e/**/*.md', 'bench/**/*.md'], { cwd: root }).sort()

describe('the documents', () => {
  it('link to pages that exist', () => {
    const broken = documents.flatMap(document =>
      targets(document)
        .filter(target => !existsSync(join(root, dirname(document), target)))
        .map(target => `${document}: ${target}`),
    )
    assert.ok(documents.length > 20, 'documents were found')
    assert.deepEqual(broken, [])
  })

  it('name files that exist', () => {
    const gone = documents.flatMap(document =>
      filesNamed(readFileSync(join(root, document), 'utf8'))
        .filter(path => !existsSync(join(root, path)))
        .map(path => `${document}: ${path}`),
    )
    assert.deepEqual(gone, [])
  })

  it('would not pass with a file that is gone', () => {
    assert.deepEqual(filesNamed('see `apps/server/src/gone.ts`, `npm start` and `packages/*/src`'), [
      'apps/server/src/gone.ts',
    ])
  })
})

/** Relative targets of the links of a page, without their anchors. */
function targets(document: string): string[] {
  const links = readFileSync(join(root, document), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)
  return [...links]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter(target => target !== '' && !/^[a-z]+:/.test(target))
}

/** Paths of ours that a text names in code marks. */
function filesNamed(text: string): string[] {
  const marks = text.matchAll(/`((?:apps|packages|scripts|docs|e2e|bench)\/[\w./-]+)`/g)
  return [...marks].map(([, path = '']) => path)
}
