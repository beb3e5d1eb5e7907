import type { Locale, QuickReply } from '@guichet/contract'

type Texts = {
  greeting(brand: string): string
  helloAgain: string
  welcome: string
  handingOver: string
  offerCall: string
  didYouMean: string
  unsure: string
  offerPerson: string
  trouble: string
  onlyFile: string
  readMore: string
  /** Chips; not named like the widget's own buttons, so that a screen reader tells them apart. */
  person: QuickReply
  voice: QuickReply
}

/** Everything the built-in bot says by itself; answers come from articles alone. */
export const botTexts: Record<Locale, Texts> = {
  en: {
    greeting: brand =>
      `Hello! I am the assistant of ${brand}. Ask me anything, or ask for a person at any time.`,
    helloAgain: 'Hello! What can I do for you?',
    welcome: 'You are welcome. Is there anything else?',
    handingOver: 'Of course. I am passing you on to a colleague, with what you have told me so far.',
    offerCall: 'You can speak with us right here, by voice or video. You need nothing but your microphone.',
    didYouMean: 'I am not sure I understood. Did you mean one of these?',
    unsure:
      'I have no sure answer to that, and I would rather not guess. Put it in other words, or let a colleague help you.',
    offerPerson: 'I could not help you twice now. Shall I fetch a colleague?',
    trouble: 'Something went wrong on my side. A colleague can help you instead.',
    onlyFile: 'Thank you for the file. I cannot look into it myself, but a colleague can. What is it about?',
    readMore: 'Read more:',
    person: {
      label: 'Speak with our team',
      value: 'I would like to speak with a person',
      action: 'requestPerson',
    },
    voice: { label: 'Speak by voice', value: 'I would like to speak by voice', action: 'startCall' },
  },
  fr: {
    greeting: brand =>
      `Bonjour ! Je suis l’assistant de ${brand}. Posez-moi votre question, ou demandez une personne à tout moment.`,
    helloAgain: 'Bonjour ! Que puis-je faire pour vous ?',
    welcome: 'Avec plaisir. Puis-je faire autre chose pour vous ?',
    handingOver: 'Bien sûr. Je vous passe un collègue, avec ce que vous m’avez déjà dit.',
    offerCall: 'Vous pouvez nous parler ici même, en audio ou en vidéo. Il ne vous faut que votre micro.',
    didYouMean: 'Je ne suis pas sûr d’avoir compris. S’agit-il de l’un de ces sujets ?',
    unsure:
      'Je n’ai pas de réponse sûre, et je préfère ne rien inventer. Dites-le autrement, ou laissez un collègue vous aider.',
    offerPerson: 'Je n’ai pas pu vous aider par deux fois. Voulez-vous qu’un collègue prenne le relais ?',
    trouble: 'Un souci est survenu de mon côté. Un collègue peut vous aider.',
    onlyFile:
      'Merci pour le fichier. Je ne peux pas l’ouvrir, mais un collègue le pourra. De quoi s’agit-il ?',
    readMore: 'Pour en savoir plus :',
    person: {
      label: 'Échanger avec notre équipe',
      value: 'Je voudrais parler à une personne',
      action: 'requestPerson',
    },
    voice: {
      label: 'Nous parler de vive voix',
      value: 'Je voudrais vous parler de vive voix',
      action: 'startCall',
    },
  },
}
