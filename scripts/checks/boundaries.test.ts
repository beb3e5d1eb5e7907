import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { before, describe, it } from 'node:test'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { root } from '../lib/places.mjs'

/** A cruise that lost its parser sees almost nothing and passes: the real tree is far larger than this. */
const fewestModules = 200

/** One wrong import for each rule: [importing file, imported file or package, rule that must catch it]. */
const planted = [
  ['packages/domain/src/a.ts', 'packages/contract/src/a.ts', 'packages-domain-imports'],
  ['packages/domain/src/a.ts', 'node:fs', 'packages-domain-outside'],
  ['packages/domain/src/a.test.ts', 'packages/contract/src/a.ts', 'packages-domain-tests-import'],
  ['packages/contract/src/b.ts', 'packages/client/src/a.ts', 'packages-contract-imports'],
  ['packages/contract/src/b.ts', 'left-pad', 'packages-contract-outside'],
  ['packages/contract/src/b.test.ts', 'packages/client/src/a.ts', 'packages-contract-tests-import'],
  ['packages/client/src/b.ts', 'packages/domain/src/b.ts', 'packages-client-imports'],
  ['packages/client/src/b.ts', 'left-pad', 'packages-client-outside'],
  ['packages/client/src/b.test.ts', 'apps/server/src/main.ts', 'packages-client-tests-import'],
  ['packages/softphone/src/a.ts', 'packages/domain/src/b.ts', 'packages-softphone-imports'],
  ['packages/softphone/src/a.ts', 'left-pad', 'packages-softphone-outside'],
  ['packages/softphone/src/a.test.ts', 'apps/server/src/main.ts', 'packages-softphone-tests-import'],
  ['packages/sip/src/a.ts', 'packages/domain/src/b.ts', 'packages-sip-imports'],
  ['packages/sip/src/a.ts', 'node:crypto', 'packages-sip-outside'],
  ['packages/sip/src/a.test.ts', 'packages/domain/src/b.ts', 'packages-sip-tests-import'],
  ['apps/server/src/modules/calls/a.ts', 'packages/sip/src/b.ts', 'sip-in-adapters-only'],
  ['packages/ui/src/a.ts', 'packages/contract/src/a.ts', 'packages-ui-imports'],
  ['packages/ui/src/a.ts', 'left-pad', 'packages-ui-outside'],
  ['packages/ui/src/a.test.ts', 'packages/contract/src/a.ts', 'packages-ui-tests-import'],
  ['packages/testkit/src/a.ts', 'apps/server/src/main.ts', 'packages-testkit-imports'],
  ['packages/testkit/src/a.test.ts', 'apps/server/src/main.ts', 'packages-testkit-tests-import'],
  ['apps/console/src/a.ts', 'apps/server/src/main.ts', 'apps-console-imports'],
  ['apps/console/src/a.test.ts', 'apps/server/src/main.ts', 'apps-console-tests-import'],
  ['apps/widget/src/a.ts', 'packages/domain/src/b.ts', 'apps-widget-imports'],
  ['apps/widget/src/a.test.ts', 'packages/domain/src/b.ts', 'apps-widget-tests-import'],
  ['apps/media/src/a.ts', 'apps/server/src/main.ts', 'apps-media-imports'],
  ['apps/media/src/a.test.ts', 'apps/server/src/main.ts', 'apps-media-tests-import'],
  ['apps/server/src/main.ts', 'packages/ui/src/b.ts', 'apps-server-imports'],
  ['apps/server/src/main.test.ts', 'packages/ui/src/b.ts', 'apps-server-tests-import'],
  ['apps/server/src/compose.ts', 'packages/testkit/src/b.ts', 'testkit-in-tests-only'],
  ['apps/server/src/compose.ts', 'apps/server/src/main.test.ts', 'tests-are-not-imported'],
  ['apps/server/src/compose.ts', './gone.ts', 'no-unresolvable'],
  ['apps/server/src/compose.ts', 'left-pad', 'no-undeclared-packages'],
  ['apps/server/src/modules/chat/a.ts', 'apps/server/src/modules/calls/inside.ts', 'module-front-door'],
  ['apps/server/src/modules/chat/a.ts', 'apps/server/src/adapters/mail/a.ts', 'modules-know-no-adapters'],
  ['apps/server/src/modules/chat/a.ts', 'apps/server/src/adapters/mail/a.ts', 'only-compose-wires-adapters'],
  [
    'apps/server/src/adapters/mail/a.ts',
    'apps/server/src/modules/calls/index.ts',
    'adapters-know-ports-only',
  ],
  ['apps/server/src/adapters/mail/a.ts', 'apps/server/src/platform/c.ts', 'adapters-are-handed-the-platform'],
  ['apps/server/src/platform/a.ts', 'apps/server/src/modules/calls/index.ts', 'platform-knows-no-modules'],
  ['apps/console/src/areas/desk/a.ts', 'apps/console/src/areas/reports/a.ts', 'console-areas-are-apart'],
  ['apps/media/src/one.ts', 'apps/media/src/two.ts', 'no-cycles'],
] as const

/** The way back of the planted cycle, which is told once. */
const wayBack = [['apps/media/src/two.ts', 'apps/media/src/one.ts']] as const

/** Imports that are right, in the same planted tree: a rule that catches them is too greedy. */
const allowed = [
  ['packages/contract/src/c.ts', 'packages/domain/src/c.ts'],
  ['packages/domain/src/c.test.ts', 'packages/testkit/src/c.ts'],
  ['packages/domain/src/c.test.ts', 'node:fs'],
  ['apps/server/src/modules/bots/c.ts', 'apps/server/src/modules/queues/index.ts'],
  ['apps/server/src/modules/bots/c.ts', 'apps/server/src/platform/c.ts'],
  ['apps/server/src/adapters/voice/c.ts', 'apps/server/src/modules/bots/speech.ports.ts'],
  ['apps/server/src/start/c.ts', 'apps/server/src/adapters/voice/c.ts'],
] as const

async function cruiseTree(baseDir: string): Promise<ICruiseResult> {
  const config = await extractOptions(join(root, '.dependency-cruiser.cjs'))
  const { output } = await cruise(['apps', 'packages'], { ...config, baseDir, validate: true })
  return output as ICruiseResult
}

function violations(result: ICruiseResult): string[] {
  return result.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`).sort()
}

describe('the boundaries between layers', () => {
  let result: ICruiseResult
  before(async () => {
    result = await cruiseTree(root)
  })

  it('are kept by every import', () => assert.deepEqual(violations(result), []))

  it('are judged on the whole tree', () => {
    const { totalCruised } = result.summary
    assert.ok(
      totalCruised >= fewestModules,
      `${totalCruised} modules were found, fewer than ${fewestModules}`,
    )
    const followed = result.modules
      .filter(module => module.source.startsWith('apps/server/src/'))
      .flatMap(module => module.dependencies)
      .filter(
        ({ module, resolved }) => module === '@guichet/domain' && resolved === 'packages/domain/src/index.ts',
      )
    assert.ok(followed.length > 0, 'imports of other workspaces are followed to their source')
  })

  it('let a workspace import only the workspaces that its package.json declares', () => {
    assert.deepEqual(undeclared(result), [])
  })
})

describe('planted violations', () => {
  it('are each found by their rule, and nothing else is', async () => {
    const tree = mkdtempSync(join(tmpdir(), 'guichet-boundaries-'))
    try {
      plant(tree, [...planted, ...allowed, ...wayBack])
      const found = violations(await cruiseTree(tree))
      const caught = (from: string, to: string, rule: string) =>
        found.some(
          line => line.startsWith(`${rule}: ${from} -> `) && line.includes(to.replace(/^(node:|\.\/)/, '')),
        )
      assert.deepEqual(
        planted.filter(([from, to, rule]) => !caught(from, to, rule)),
        [],
        'planted and not found',
      )
      assert.deepEqual(
        allowed.filter(([from, to]) => found.some(line => line.endsWith(`: ${from} -> ${to}`))),
        [],
        'right and yet found',
      )
    } finally {
      rmSync(tree, { recursive: true, force: true })
    }
  })

  it('are there for every rule', async () => {
    const { ruleSet } = (await extractOptions(join(root, '.dependency-cruiser.cjs'))) as {
      ruleSet: { forbidden: { name: string }[] }
    }
    const proven = new Set<string>(planted.map(([, , rule]) => rule))
    assert.deepEqual(
      ruleSet.forbidden.map(({ name }) => name).filter(name => !proven.has(name)),
      [],
    )
  })
})

/** Writes a tree in which each file imports what the rows say. */
function plant(tree: string, rows: readonly (readonly [string, string, string?])[]): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text, { flag: 'a' })
  }
  write('node_modules/left-pad/package.json', '{ "name": "left-pad", "main": "index.js" }')
  write('node_modules/left-pad/index.js', 'module.exports = 1\n')
  write('package.json', '{ "name": "planted", "dependencies": {} }')
  for (const [from, to] of rows) {
    const isFile = to.startsWith('apps/') || to.startsWith('packages/')
    if (isFile && !existsSync(join(tree, to))) write(to, 'export const there = 1\n')
    const path = isFile ? relative(dirname(from), to) : to
    write(from, `import '${isFile && !path.startsWith('.') ? `./${path}` : path}'\n`)
  }
}

function undeclared(result: ICruiseResult): string[] {
  const declared = new Map<string, Set<string>>()
  const declaredBy = (workspace: string) => {
    const known = declared.get(workspace)
    if (known !== undefined) return known
    const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'))
    const names = new Set(
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, [manifest.name]: '' }),
    )
    declared.set(workspace, names)
    return names
  }
  const missing = result.modules.flatMap(({ source, dependencies }) => {
    const workspace = /^(apps|packages)\/[^/]+/.exec(source)?.[0]
    if (workspace === undefined) return []
    return dependencies
      .map(({ module }) => /^@guichet\/[^/]+/.exec(module)?.[0])
      .filter(name => name !== undefined && !declaredBy(workspace).has(name))
      .map(name => `${workspace}/package.json does not declare ${name}`)
  })
  return [...new Set(missing)].sort()
}
