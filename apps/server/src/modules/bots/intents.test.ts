import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { detectIntent, type Intent } from './intents.ts'

const rows: [text: string, intent: Intent][] = [
  ['I want to talk to a person', 'person'],
  ['Can I speak with someone?', 'person'],
  ['could I please talk to a real human being', 'person'],
  ['agent please', 'person'],
  ['HUMAN', 'person'],
  ['Connect me to an advisor', 'person'],
  ['transfer me to customer service', 'person'],
  ['I need a human', 'person'],
  ['get me an agent', 'person'],
  ['I do not want to chat with a bot, no bots please', 'person'],
  ['is there a human?', 'person'],
  ['are you a robot?', 'person'],
  ['Je voudrais parler à quelqu’un', 'person'],
  ['parler à un conseiller', 'person'],
  ['Puis-je parler a une vraie personne ?', 'person'],
  ['passez-moi un conseiller', 'person'],
  ['un humain svp', 'person'],
  ['Conseiller', 'person'],
  ['je veux un humain', 'person'],
  ['j’aimerais échanger avec votre équipe', 'person'],
  ['je ne veux plus de robot', 'person'],
  ['can you call me?', 'call'],
  ['I prefer to speak by phone', 'call'],
  ['I want to make a call', 'call'],
  ['pouvez-vous me rappeler ?', 'call'],
  ['puis-je vous joindre par téléphone', 'call'],
  ['Hello!', 'greeting'],
  ['Bonjour', 'greeting'],
  ['good evening', 'greeting'],
  ['Merci beaucoup !', 'thanks'],
  ['thanks a lot', 'thanks'],
  ['Hello, where is my order?', null],
  ['thanks, and when will it arrive?', null],
  ['Is the soap safe for a person with sensitive skin?', null],
  ['How many persons can join a workshop?', null],
  ['une personne âgée peut-elle utiliser le savon ?', null],
  ['quel agent nettoyant contient le savon ?', null],
  ['Which cleaning agent do you use?', null],
  ['Can I change the person who receives the parcel?', null],
  ['do I need a phone to pay?', null],
  ['', null],
  ['🙂', null],
]

describe('intents', () => {
  for (const [text, intent] of rows) {
    it(`${text || '(nothing)'} → ${intent ?? 'a question'}`, () => assert.equal(detectIntent(text), intent))
  }
  it('stays quick on hostile text', () => {
    const startedAt = performance.now()
    for (const text of [
      'talk to a '.repeat(800),
      'parler à '.repeat(800),
      'a'.repeat(8_000),
      'je veux '.repeat(900),
    ])
      detectIntent(text)
    assert.ok(performance.now() - startedAt < 500)
  })
})
