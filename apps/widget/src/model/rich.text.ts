export type TextPart = { text: string; href: string | null }

const linkPattern = /\b(?:https?:\/\/|mailto:|tel:)[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+/gi
const safeSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** The address if it is one that a message may link to; null for scripts, data and everything else. */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address)
    return safeSchemes.has(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

/** Splits a message into text and safe links; the punctuation after a link stays text. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(linkPattern)) {
    const trimmed = match[0].replace(/[.,;:!?…)\]}»]+$/, '')
    const href = safeHref(/^www\./i.test(trimmed) ? `https://${trimmed}` : trimmed)
    if (!href) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null })
    parts.push({ text: trimmed, href })
    end = match.index + trimmed.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null })
  return parts
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
}

/** The words of a formatted message, without its markup; for showing as text, never as markup. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(/<br\s*\/?>|<\/(p|div|li|h[1-6])\s*>/gi, '\n')
    .replace(/<[^>]*>?/g, '')
    .replace(/&(#39|[a-z]+);/g, (whole, name: string) => entities[name] ?? whole)
    .trim()
}
