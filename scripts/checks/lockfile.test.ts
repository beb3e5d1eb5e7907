import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { root } from '../lib/places.mjs'

/** Licences whose code may stand beside Apache-2.0; MPL keeps its terms to its own files. */
const compatible = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
])

/** Packages under other terms, each with the reason why it may be there. */
const exceptions: Readonly<Record<string, string>> = {
  'caniuse-lite': 'CC-BY-4.0: a table that the build reads, never shipped',
  'espeak-ng': 'GPL-3.0: an optional program that only ever runs as a process of its own (ADR 0009)',
}

type LockEntry = { license?: string; link?: boolean; optionalDependencies?: Record<string, string> }

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockEntry>
}

it('holds the packages of other systems too, without which npm ci refuses it', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {}, link }]) =>
    link === true ? [] : Object.keys(optionalDependencies).filter(name => !isLocked(path, name)),
  )
  assert.deepEqual(missing, [])
})

it('holds only packages with compatible licences', () => {
  const packages = Object.entries(lock.packages).filter(([path, entry]) => isThirdParty(path, entry))
  assert.ok(packages.length > 100, 'the lockfile was read')
  const wrong = packages
    .map(
      ([path, { license = 'none stated' }]) => [path.split('node_modules/').at(-1) ?? path, license] as const,
    )
    .filter(([name, license]) => !isCompatible(license) && exceptions[name] === undefined)
    .map(([name, license]) => `${name}: ${license}`)
  assert.deepEqual(wrong, [])
})

it('tells a licence that is not compatible', () => {
  for (const license of ['GPL-3.0-or-later', 'AGPL-3.0', 'none stated', 'Apache-2.0 AND GPL-2.0']) {
    assert.equal(isCompatible(license), false, license)
  }
  for (const license of ['MIT', 'MPL 2.0', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT']) {
    assert.equal(isCompatible(license), true, license)
  }
})

/** Whether a package that another one may use is locked in one of the places where Node looks for it. */
function isLocked(from: string, name: string): boolean {
  const folders = from.split('/node_modules/')
  const places = folders.map((_, depth) => folders.slice(0, folders.length - depth).join('/node_modules/'))
  return [...places.map(place => `${place}/node_modules/${name}`), `node_modules/${name}`].some(
    path => lock.packages[path] !== undefined,
  )
}

function isThirdParty(path: string, entry: LockEntry): boolean {
  return path.includes('node_modules/') && entry.link !== true
}

function isCompatible(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every(part =>
      part.split(' OR ').some(license => compatible.has(license.trim().replace('MPL 2.0', 'MPL-2.0'))),
    )
}
