import { finalStates, type Machine, machines } from '../../packages/domain/src/state/index.ts'
import type { GeneratedFile } from './generator.ts'

/** Draws each state table as a diagram. */
export default function generateStates(): GeneratedFile[] {
  const sections = machines.map(machine => section(machine as unknown as Machine<string, string>))
  const text = `# States

Made by \`npm run generate\` from the tables of \`packages/domain/src/state\`: change those, not this page.
A self-transition is an expected straggler, such as a late timer, that changes nothing.

${sections.join('\n')}`
  return [{ path: 'docs/generated/states.md', text }]
}

function section(machine: Machine<string, string>): string {
  const edges = Object.entries(machine.table).flatMap(([state, events]) =>
    [...eventsByTarget(events)].map(([next, names]) => `  ${state} --> ${next}: ${names.join(', ')}`),
  )
  const lines = [
    'stateDiagram-v2',
    `  [*] --> ${machine.initial}`,
    ...edges,
    ...finalStates(machine).map(state => `  ${state} --> [*]`),
  ]
  return `## ${machine.name}\n\n\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`\n`
}

/** One arrow for all events that lead to the same state. */
function eventsByTarget(events: Readonly<Record<string, string | undefined>>): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  for (const [event, next] of Object.entries(events)) {
    if (next !== undefined) targets.set(next, [...(targets.get(next) ?? []), event])
  }
  return targets
}
