import type { Locale } from '@guichet/contract'

/** A ready answer, called by a slash and a word. */
export type CannedReply = { word: string; text: string }

/** Ready answers in each visitor's language. */
const replies: Readonly<Record<Locale, readonly CannedReply[]>> = {
  en: [
    { word: 'hello', text: 'Hello, thank you for waiting. How can I help you?' },
    { word: 'moment', text: 'One moment please, I am looking into it.' },
    { word: 'order', text: 'Could you give me your order number, please?' },
    { word: 'email', text: 'Which email address did you use, please?' },
    { word: 'call', text: 'Would you like to talk about it? You can call from here with the Call button.' },
    { word: 'done', text: 'It is done. Is there anything else I can do for you?' },
    { word: 'bye', text: 'Thank you for getting in touch. Have a good day!' },
  ],
  fr: [
    { word: 'bonjour', text: 'Bonjour, merci d’avoir patienté. Comment puis-je vous aider ?' },
    { word: 'instant', text: 'Un instant s’il vous plaît, je regarde.' },
    { word: 'commande', text: 'Pouvez-vous me donner votre numéro de commande ?' },
    { word: 'email', text: 'Quelle adresse e-mail avez-vous utilisée ?' },
    { word: 'appel', text: 'Voulez-vous en parler ? Vous pouvez appeler d’ici avec le bouton Appeler.' },
    { word: 'fait', text: 'C’est fait. Puis-je faire autre chose pour vous ?' },
    { word: 'merci', text: 'Merci de nous avoir contactés. Bonne journée !' },
  ],
}

/** Ready answers that a text being written calls for; null when it does not begin with a slash and one word. */
export const findCanned = (locale: Locale, text: string): CannedReply[] | null => {
  const match = /^\/(\S*)$/.exec(text)
  if (!match) return null
  const word = (match[1] as string).toLowerCase()
  return replies[locale].filter(
    reply => reply.word.startsWith(word) || (word.length > 3 && reply.text.toLowerCase().includes(word)),
  )
}
