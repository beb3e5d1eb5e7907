import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { sharedFunctions } from '../src/shared/shared.list.ts'

const virtualName = 'virtual:call-chunk'
const resolvedName = `\0${virtualName}`
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

async function buildCall(): Promise<string> {
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
      lib: { entry: path('call/entry.tsx'), formats: ['es'], fileName: () => 'call.js' },
      rolldownOptions: { output: { minify: true } },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  const chunks = outputs.flatMap(entry => ('output' in entry ? entry.output : []))
  const [chunk] = chunks
  if (chunks.length !== 1 || chunk?.type !== 'chunk') throw new Error('the call code must be one chunk')
  return chunk.code
}

/**
 * Builds the call code as a module of its own, named by its content, and tells the widget's script that name.
 * The widget is a classic script, which cannot share modules with one loaded later; hence what both need is lent.
 */
export function callChunk(): Plugin {
  let code = ''
  let fileName = ''
  return {
    name: 'guichet:call-chunk',
    async buildStart() {
      code = await buildCall()
      fileName = `call-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`
    },
    resolveId: id => (id === virtualName ? resolvedName : undefined),
    load: id => (id === resolvedName ? `export default ${JSON.stringify(fileName)}` : undefined),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: code })
    },
  }
}
