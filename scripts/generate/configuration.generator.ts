import { z } from 'zod'
import { ConfigSchema, variableOf } from '../../apps/server/src/platform/config.ts'
import type { GeneratedFile } from './generator.ts'

type Property = { description?: string; enum?: string[] }

/** Writes the table of settings from their schema. */
export default function generateConfiguration(): GeneratedFile[] {
  const { properties = {} } = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' })
  const defaults: Record<string, unknown> = ConfigSchema.parse({})
  const rows = Object.entries(properties).map(([name, property]) =>
    row(name, property as Property, defaults[name]),
  )
  const text = `# Settings

Made by \`npm run generate\` from the schema in \`apps/server/src/platform/config.ts\`: change that, not this page.

Each setting is a variable of the environment, or a key of \`guichet.json\` in the data folder; the environment
wins. All are checked at the start, and every error is told at once.

| Variable | Key in \`guichet.json\` | Default | Meaning |
|---|---|---|---|
${rows.join('\n')}
`
  return [{ path: 'docs/configuration.md', text }]
}

function row(name: string, property: Property, preset: unknown): string {
  const variable = variableOf(name)
  const meaning = (property.description ?? '').replace(`${variable}: `, '').replaceAll('|', '\\|')
  const choices = property.enum === undefined ? '' : ` One of ${property.enum.join(', ')}.`
  const shown = preset === undefined ? 'none' : `\`${JSON.stringify(preset)}\``
  return `| \`${variable}\` | \`${name}\` | ${shown} | ${meaning}${choices} |`
}
