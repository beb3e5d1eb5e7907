export type TextPart = { kind: 'text' | 'link'; text: string }

const pattern = /https?:\/\/[^\s<>"']+/gi

/** Splits a message into words and web addresses; signs that end a sentence are not part of an address. */
export const splitLinks = (text: string): TextPart[] => {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(pattern)) {
    const address = match[0].replace(/[.,;:!?)\]}»]+$/, '')
    if (!URL.canParse(address)) continue
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) })
    parts.push({ kind: 'link', text: address })
    from = match.index + address.length
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}
