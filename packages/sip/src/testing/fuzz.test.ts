import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMutator, createRandom, exercise } from './fuzz.ts'

function readAll(folder: string): Uint8Array[] {
  const path = join(import.meta.dirname, folder)
  const files = readdirSync(path).filter(file => /\.(bin|dat)$/.test(file))
  return files.sort().map(file => new Uint8Array(readFileSync(join(path, file))))
}

const corpus = [...readAll('corpus'), ...readAll('torture')]

test('every input of the corpus keeps the promises, cut in any way', () => {
  assert.ok(corpus.length > 70)
  for (const input of corpus) for (const pieces of [1, 2, 3, 7, input.length]) exercise(input, pieces)
})

test('50,000 mutated inputs keep the promises', () => {
  const random = createRandom(20_261_122)
  const mutator = createMutator(corpus, random)
  const seen = new Set<string>()
  for (let i = 0; i < 50_000; i++) {
    const input = mutator.next()
    const path = exercise(input, Math.max(0, random(16) - 11))
    if (seen.has(path)) continue
    seen.add(path)
    mutator.keep(input)
  }
  // Mutations that all die at the first line would prove nothing.
  assert.ok(seen.size > 300, `only ${seen.size} paths`)
})
