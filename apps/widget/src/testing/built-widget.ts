import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export type BuiltFile = { name: string; code: string }

/** The widget's files as a build makes them now, without touching the folder of the last build. */
export async function buildWidget(): Promise<{ widget: BuiltFile; call: BuiltFile; more: BuiltFile }> {
  const result = await build({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    logLevel: 'silent',
    build: { write: false },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap(entry =>
    'output' in entry ? entry.output : [],
  )
  const files = outputs.map(file => ({
    name: file.fileName,
    code: file.type === 'chunk' ? file.code : String(file.source),
  }))
  const widget = files.find(file => file.name === 'widget.js')
  const [call, more] = ['call', 'more'].map(name =>
    files.find(file => new RegExp(`^${name}-[0-9a-f]{12}\\.js$`).test(file.name)),
  )
  if (!widget || !call || !more || files.length !== 3) {
    throw new Error(
      `expected widget.js, call-*.js and more-*.js, got ${files.map(file => file.name).join(', ')}`,
    )
  }
  return { widget, call, more }
}
