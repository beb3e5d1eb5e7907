import { problemCodes } from '../../packages/domain/src/problem-codes.ts'
import type { GeneratedFile } from './generator.ts'

/** Lists what can go wrong, by code and HTTP status. */
export default function generateProblems(): GeneratedFile[] {
  const rows = Object.entries(problemCodes).map(([code, status]) => `| \`${code}\` | ${status} |`)
  const text = `# Problem codes

Made by \`npm run generate\` from \`packages/domain/src/problem-codes.ts\`: change that, not this page.
HTTP answers and socket frames carry the same object (RFC 9457); \`code\` is one of these.

| Code | HTTP status |
|---|---|
${rows.join('\n')}
`
  return [{ path: 'docs/generated/problems.md', text }]
}
