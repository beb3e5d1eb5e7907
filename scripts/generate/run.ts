// Rewrites every generated file, or with --check says which differ: scripts/generate/run.ts [--check]
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../lib/places.mjs'
import type { GeneratedFile, Generator } from './generator.ts'

const checkOnly = process.argv.includes('--check')
const files = await generateAll()
const different = files.filter(({ path, text }) => current(path) !== text)
const made = new Set(files.map(({ path }) => path))
const left =
  process.exitCode === 1
    ? []
    : globSync('docs/generated/**/*.*', { cwd: root }).filter(path => !made.has(path))

if (checkOnly) {
  for (const { path } of different) process.stdout.write(`${path} is not fresh: run "npm run generate".\n`)
  for (const path of left)
    process.stdout.write(`${path} is made from nothing any more: run "npm run generate".\n`)
  if (different.length + left.length > 0) process.exitCode = 1
} else {
  for (const { path, text } of different) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`${path} is rewritten.\n`)
  }
  for (const path of left) {
    rmSync(join(root, path))
    process.stdout.write(`${path} is removed.\n`)
  }
  if (different.length + left.length === 0) process.stdout.write('Every generated file is fresh.\n')
}

/** A generator that fails says why, and keeps none of the others from their work. */
async function generateAll(): Promise<GeneratedFile[]> {
  const generators = globSync('scripts/generate/*.generator.ts', { cwd: root }).sort()
  const files = await Promise.all(
    generators.map(async path => {
      const { default: generate } = (await import(pathToFileURL(join(root, path)).href)) as {
        default: Generator
      }
      try {
        return await generate()
      } catch (error) {
        process.stdout.write(`${path} failed: ${(error as Error).message}\n`)
        process.exitCode = 1
        return null
      }
    }),
  )
  return files.flatMap(made => made ?? [])
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
