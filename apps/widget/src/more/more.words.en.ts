/** What the menu and the end of a conversation say in English; the other languages have the same keys. */
export const en = {
  menu: 'More',
  sounds: 'Sounds',
  transcript: 'Save the conversation',
  end: 'End conversation',
  after: 'After the conversation',
  ended: {
    consumer: 'You ended this conversation.',
    agent: 'This conversation has ended.',
  },
  undo: 'Undo',
  goOn: 'Continue this conversation',
  question: 'How was it?',
  faces: ['Very bad', 'Bad', 'Okay', 'Good', 'Very good'],
  thanks: 'Thank you, that helps us.',
  comment: 'Would you like to tell us more?',
  send: 'Send',
  sent: 'Sent. Thank you!',
  newConversation: 'Start a new conversation',
  you: 'You',
  bot: 'bot',
  deleted: 'message deleted',
  file: (name: string) => `file: ${name}`,
  title: (brand: string) => `Conversation with ${brand}`,
  fileName: (day: string) => `conversation-${day}.txt`,
}

export type MoreWords = typeof en
