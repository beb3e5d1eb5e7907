import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createOpenApiDocument, createSocketDocument } from '../../packages/contract/src/openapi/index.ts'
import { root } from '../lib/places.mjs'
import type { GeneratedFile } from './generator.ts'

/** Describes both doors of the server, from the contract alone. */
export default function generateApi(): GeneratedFile[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return [
    {
      path: 'docs/generated/openapi.json',
      text: `${JSON.stringify(createOpenApiDocument(version), null, 2)}\n`,
    },
    { path: 'docs/generated/socket.md', text: createSocketDocument() },
  ]
}
