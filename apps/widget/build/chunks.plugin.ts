import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { sharedFunctions } from '../src/shared/shared.list.ts'

const virtualPrefix = 'virtual:chunk/'
const resolvedPrefix = `\0${virtualPrefix}`
const sourceFolder = new URL('../src/', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, sourceFolder))

/** Replaces what the widget's script already holds by functions that ask for it when they are called. */
function borrowShared(): Plugin {
  const prefix = '\0shared:'
  return {
    name: 'guichet:borrow-shared',
    enforce: 'pre',
    resolveId: id => (id in sharedFunctions ? prefix + id : undefined),
    load(id) {
      if (!id.startsWith(prefix)) return
      const name = id.slice(prefix.length) as keyof typeof sharedFunctions
      const lines = sharedFunctions[name].map(
        key => `export const ${key} = (...args) => borrow(${JSON.stringify(name)}).${key}(...args)`,
      )
      return [`import { borrow } from ${JSON.stringify(path('shared/shared.ts'))}`, ...lines].join('\n')
    },
  }
}

async function buildChunk(name: string): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [borrowShared()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      target: 'es2022',
      write: false,
      minify: true,
      lib: { entry: path(`${name}/entry.tsx`), formats: ['es'], fileName: () => `${name}.js` },
      rolldownOptions: { output: { minify: true } },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  const chunks = outputs.flatMap(entry => ('output' in entry ? entry.output : []))
  const [chunk] = chunks
  if (chunks.length !== 1 || chunk?.type !== 'chunk') throw new Error(`${name} must be one chunk`)
  return chunk.code
}

/**
 * Builds the folders of these names as modules of their own, named by their content, and tells the widget's script
 * those names (`virtual:chunk/<name>`). The widget is a classic script, which cannot share modules with one loaded
 * later; hence what both need is lent.
 */
export function chunks(names: readonly string[]): Plugin {
  const built = new Map<string, { fileName: string; code: string }>()
  return {
    name: 'guichet:chunks',
    async buildStart() {
      for (const name of names) {
        const code = await buildChunk(name)
        const hash = createHash('sha256').update(code).digest('hex').slice(0, 12)
        built.set(name, { fileName: `${name}-${hash}.js`, code })
      }
    },
    resolveId: id =>
      id.startsWith(virtualPrefix) ? resolvedPrefix + id.slice(virtualPrefix.length) : undefined,
    load(id) {
      if (!id.startsWith(resolvedPrefix)) return
      return `export default ${JSON.stringify(built.get(id.slice(resolvedPrefix.length))?.fileName)}`
    },
    generateBundle() {
      for (const { fileName, code } of built.values()) {
        this.emitFile({ type: 'asset', fileName, source: code })
      }
    },
  }
}
