import type { MoreWords } from './more.words.en.ts'

/** What the menu and the end of a conversation say in French. */
export const fr: MoreWords = {
  menu: 'Plus',
  sounds: 'Sons',
  transcript: 'Enregistrer la conversation',
  end: 'Terminer la conversation',
  after: 'Après la conversation',
  ended: {
    consumer: 'Vous avez terminé cette conversation.',
    agent: 'Cette conversation est terminée.',
  },
  undo: 'Annuler',
  goOn: 'Reprendre cette conversation',
  question: 'Comment était-ce ?',
  faces: ['Très mal', 'Mal', 'Moyen', 'Bien', 'Très bien'],
  thanks: 'Merci, cela nous aide.',
  comment: 'Souhaitez-vous nous en dire plus ?',
  send: 'Envoyer',
  sent: 'Envoyé. Merci !',
  newConversation: 'Commencer une nouvelle conversation',
  you: 'Vous',
  bot: 'robot',
  deleted: 'message supprimé',
  file: name => `fichier : ${name}`,
  title: brand => `Conversation avec ${brand}`,
  fileName: day => `conversation-${day}.txt`,
}
