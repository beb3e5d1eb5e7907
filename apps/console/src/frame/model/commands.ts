/** Something the command bar can do. */
export type Command = {
  id: string
  label: string
  /** Kind shown beside it, such as “Page”. */
  group: string
  /** More words to find it by. */
  keywords?: string
  run: () => void
}

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

/** How well a command fits: lower is better, null not at all. Every word typed must begin a word of it. */
export const rankCommand = (command: Pick<Command, 'label' | 'keywords'>, query: string): number | null => {
  const words = fold(query).split(/\s+/).filter(Boolean)
  const label = fold(command.label)
  const ground = ` ${label} ${fold(command.keywords ?? '')}`.replace(/[^\p{L}\p{N}@.]+/gu, ' ')
  if (!words.every(word => ground.includes(` ${word}`))) return null
  if (label.startsWith(words.join(' '))) return 0
  return words.every(word => ` ${label}`.includes(` ${word}`)) ? 1 : 2
}

/** Commands that fit, best first and otherwise in their own order. */
export const findCommands = (commands: readonly Command[], query: string, limit = 12): Command[] =>
  commands
    .map((command, order) => ({ command, order, rank: rankCommand(command, query) }))
    .filter((entry): entry is typeof entry & { rank: number } => entry.rank !== null)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, limit)
    .map(entry => entry.command)
