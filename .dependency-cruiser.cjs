// Who may import whom. The table is explained in docs/architecture.md; scripts/checks/boundaries.test.ts runs it,
// counts the modules, and proves on planted violations that every rule still bites.

/** Our own code below a folder; third-party packages are none of the layers' business. */
const ours = '^(apps|packages)/'
/** Tests and what only they use. */
const testFile = '(\\.test\\.tsx?$|/src/testing/)'

/**
 * A layer may import itself and the named places of ours, nothing else of ours. Tests may also use the testkit.
 * @param {string} layer
 * @param {string[]} allowed
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function layer(layer, allowed) {
  const open = [`^${layer}/`, ...allowed.map(place => `^${place}/`)]
  return [
    {
      name: `${layer.replaceAll('/', '-')}-imports`,
      severity: 'error',
      from: { path: `^${layer}/`, pathNot: testFile },
      to: { path: ours, pathNot: open },
    },
    {
      name: `${layer.replaceAll('/', '-')}-tests-import`,
      severity: 'error',
      from: { path: `^${layer}/.*${testFile}` },
      to: { path: ours, pathNot: [...open, '^packages/testkit/'] },
    },
  ]
}

/**
 * The named npm packages are all that a layer may take from outside.
 * @param {string} layer
 * @param {string} allowed names, as a pattern
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
function outside(layer, allowed) {
  return {
    name: `${layer.replaceAll('/', '-')}-outside`,
    severity: 'error',
    from: { path: `^${layer}/src/`, pathNot: testFile },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'],
      pathNot: `^(node_modules|.*/node_modules)/(${allowed})(/|$)`,
    },
  }
}

const server = 'apps/server/src'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Break a cycle with an event.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'A path that resolves to nothing would escape every rule below.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'An import must stand in the package.json of its own workspace.',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: testFile },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },

    ...layer('packages/domain', []),
    ...layer('packages/contract', ['packages/domain']),
    ...layer('packages/client', ['packages/contract']),
    ...layer('packages/softphone', ['packages/client', 'packages/contract']),
    ...layer('packages/sip', []),
    ...layer('packages/ui', []),
    ...layer('packages/testkit', ['packages/domain', 'packages/contract']),
    ...layer('apps/console', [
      'packages/client',
      'packages/contract',
      'packages/domain',
      'packages/softphone',
      'packages/ui',
    ]),
    ...layer('apps/widget', ['packages/client', 'packages/contract', 'packages/softphone']),
    ...layer('apps/media', ['packages/contract', 'packages/domain']),
    ...layer('apps/server', ['packages/domain', 'packages/contract', 'packages/sip']),
    outside('packages/domain', 'zod'),
    outside('packages/contract', 'zod'),
    outside('packages/client', '(?!)'),
    outside('packages/sip', '(?!)'),
    outside('packages/softphone', '(?!)'),
    outside('packages/ui', 'react|react-dom|@types/react|@types/react-dom|@fluentui/[^/]+|@griffel/[^/]+'),

    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: [testFile, '^packages/testkit/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'sip-in-adapters-only',
      severity: 'error',
      comment: 'Modules know calls and legs; only an adapter speaks SIP.',
      from: { path: `^${server}/`, pathNot: [`^${server}/adapters/`, testFile] },
      to: { path: '^packages/sip/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { path: ours, pathNot: testFile },
      to: { path: testFile },
    },
    {
      name: 'module-front-door',
      severity: 'error',
      comment: 'A module is entered by its index.ts alone.',
      from: { path: `^${server}/modules/([^/]+)/` },
      to: {
        path: `^${server}/modules/`,
        pathNot: [`^${server}/modules/$1/`, `^${server}/modules/[^/]+/index\\.ts$`],
      },
    },
    {
      name: 'modules-know-no-adapters',
      severity: 'error',
      comment: 'A module states what it needs in its x.ports.ts; compose.ts hands it an adapter.',
      from: { path: `^${server}/modules/`, pathNot: testFile },
      to: { path: `^${server}/`, pathNot: [`^${server}/modules/`, `^${server}/platform/`] },
    },
    {
      name: 'adapters-know-ports-only',
      severity: 'error',
      from: { path: `^${server}/adapters/([^/]+)/`, pathNot: testFile },
      to: {
        path: `^${server}/`,
        pathNot: [
          `^${server}/adapters/$1/`,
          `^${server}/platform/`,
          `^${server}/modules/[^/]+/[^/]+\\.ports\\.ts$`,
        ],
      },
    },
    {
      name: 'adapters-are-handed-the-platform',
      severity: 'error',
      comment: 'A clock, ids and a log are passed in: only their types are imported.',
      from: { path: `^${server}/adapters/`, pathNot: testFile },
      to: { path: `^${server}/platform/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'platform-knows-no-modules',
      severity: 'error',
      from: { path: `^${server}/platform/` },
      to: { path: `^${server}/`, pathNot: `^${server}/platform/` },
    },
    {
      name: 'only-compose-wires-adapters',
      severity: 'error',
      from: {
        path: ours,
        pathNot: [`^${server}/compose\\.ts$`, `^${server}/start/`, `^${server}/adapters/`, testFile],
      },
      to: { path: `^${server}/adapters/` },
    },
    {
      name: 'console-areas-are-apart',
      severity: 'error',
      from: { path: '^apps/console/src/areas/([^/]+)/' },
      to: { path: '^apps/console/src/areas/', pathNot: '^apps/console/src/areas/$1/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['(^|/)(dist|data|native)/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts', '.css', '.svg'],
    },
  },
}
