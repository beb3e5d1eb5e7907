import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ChatMessage } from '@guichet/contract'
import { demoArticles } from '../../seed/knowledge.ts'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'
import { botParty, handledByBot } from '../conversations/index.ts'
import { createBotsModule } from './index.ts'

describe('the built-in bot', () => {
  let fixture: ConversationFixture

  before(async () => {
    fixture = await createConversationFixture()
    await fixture.settings.seed({ allowedOrigins: [], brandName: 'Maison Lavande', defaultLocale: 'en' })
    await fixture.bots.knowledge.seed(demoArticles, botParty.rawId)
    fixture.bots.start()
  })
  after(() => fixture.close())

  async function begin(locale: 'en' | 'fr' = 'en') {
    const session = await fixture.visit({ locale })
    const socket = fixture.connect({ token: session.accessToken })
    await socket.welcome
    const threadId = session.thread.id
    let count = 0
    const heard = new Set<string>()
    const nextReply = async (): Promise<ChatMessage> => {
      const { message } = await socket.event(
        'message.changed',
        payload => payload.message.sender?.role === 'bot' && !heard.has(payload.message.id),
      )
      heard.add(message.id)
      return message
    }
    const say = (message: string) =>
      socket.ask('chat.send', { threadId, clientMessageId: `client-${count++}`, message })
    // The greeting may be there before the socket is.
    let greeting = (await fixture.chat.lastMessages(threadId, 1))[0]
    if (greeting === undefined) greeting = await nextReply()
    heard.add(greeting.id)
    return {
      ...session,
      socket,
      greeting,
      say,
      async ask(message: string) {
        await say(message)
        return nextReply()
      },
      labels: (message: ChatMessage) => (message.content.quickReplies ?? []).map(chip => chip.label),
      actions: (message: ChatMessage) => (message.content.quickReplies ?? []).map(chip => chip.action),
    }
  }

  it("greets in the visitor's language, once", async () => {
    const english = await begin()
    assert.match(english.greeting.content.message ?? '', /assistant of Maison Lavande/)
    const french = await begin('fr')
    assert.match(french.greeting.content.message ?? '', /l’assistant de Maison Lavande/)
    assert.equal(french.greeting.sender?.role, 'bot')
    assert.equal((await fixture.chat.lastMessages(french.thread.id, 10)).length, 1)
  })

  it('answers from an article and names it', async () => {
    const visitor = await begin()
    const reply = await visitor.ask('How long does delivery take?')
    assert.match(reply.content.message ?? '', /within 2 working days/)
    assert.deepEqual(reply.content.sources, [{ title: 'Delivery times' }])
    await visitor.socket.event('typing.started', payload => payload.sender.role === 'bot')
    await visitor.socket.event(
      'conversation.changed',
      payload => payload.conversation.topic === 'Delivery times',
    )
  })

  it('answers in the language of the question, when only that one knows', async () => {
    const visitor = await begin()
    const reply = await visitor.ask('Êtes-vous ouverts le dimanche ?')
    assert.deepEqual(reply.content.sources, [{ title: 'Horaires de la boutique' }])
  })

  it('asks back with choices, and a click on one answers', async () => {
    const visitor = await begin('fr')
    const reply = await visitor.ask('livraison')
    assert.deepEqual(reply.content.sources, undefined)
    const choice = reply.content.quickReplies?.find(chip => chip.action === 'send')
    assert.ok(choice)
    const answer = await visitor.ask(choice.value)
    assert.deepEqual(answer.content.sources, [{ title: choice.value }])
  })

  it('invents nothing, and after two failures in a row offers a person', async () => {
    const visitor = await begin()
    const first = await visitor.ask('what is the weather in Paris?')
    assert.match(first.content.message ?? '', /rather not guess/)
    assert.deepEqual(visitor.actions(first), ['requestPerson', 'startCall'])
    const second = await visitor.ask('who is the president?')
    assert.match(second.content.message ?? '', /twice/)
    assert.deepEqual(visitor.actions(second), ['requestPerson', 'startCall'])
    await visitor.ask('gift cards')
    const third = await visitor.ask('who is the president?')
    assert.match(third.content.message ?? '', /rather not guess/)
  })

  it('hands over when asked for a person, with the topic and what was said, and then is silent', async () => {
    const visitor = await begin('fr')
    await visitor.ask('Quels sont vos horaires d’ouverture ?')
    const reply = await visitor.ask('Je voudrais parler à un conseiller')
    assert.match(reply.content.message ?? '', /collègue/)
    await visitor.socket.event(
      'conversation.changed',
      payload => payload.conversation.handling.by === 'queue',
    )
    const detail = await fixture.conversations.detail(visitor.conversation.id)
    assert.deepEqual(detail.handoff, {
      topic: 'Horaires de la boutique',
      locale: 'fr',
      summary: 'Quels sont vos horaires d’ouverture ?\nJe voudrais parler à un conseiller',
    })
    await visitor.say('Quels sont vos horaires d’ouverture ?')
    const other = await begin()
    await other.ask('gift cards')
    const last = (await fixture.chat.lastMessages(visitor.thread.id, 1))[0]
    assert.equal(last?.sender?.role, 'consumer')

    await fixture.conversations.setHandling(visitor.conversation.id, handledByBot)
    const back = await visitor.ask('Avez-vous des cartes cadeaux ?')
    assert.deepEqual(back.content.sources, [{ title: 'Cartes cadeaux' }])
  })

  it('offers a call when asked for one, and is polite', async () => {
    const visitor = await begin()
    assert.deepEqual(visitor.actions(await visitor.ask('can you call me please?')), [
      'startCall',
      'requestPerson',
    ])
    assert.equal((await visitor.ask('Hello!')).content.message, 'Hello! What can I do for you?')
    assert.match((await visitor.ask('thank you very much')).content.message ?? '', /welcome/)
  })

  it('never names its chips like the buttons of the widget', async () => {
    const visitor = await begin()
    for (const question of ['who is the president?', 'delivery abroad or workshops?', 'call me']) {
      for (const label of visitor.labels(await visitor.ask(question)))
        assert.doesNotMatch(label, /call|send|talk to a person|mute|camera|keypad|hang up/i)
    }
  })

  it('answers each message once, whatever is told twice', async () => {
    const again = createBotsModule({ ...fixture, brandName: async () => 'Maison Lavande' })
    again.start()
    const visitor = await begin()
    await visitor.ask('gift cards')
    await visitor.ask('who is the president?')
    await visitor.ask('loyalty points')
    await again.stop()
    const replies = (await fixture.chat.lastMessages(visitor.thread.id, 50)).filter(
      message => message.sender?.role === 'bot',
    )
    assert.equal(replies.length, 4)
  })
})

describe('another bot', () => {
  it('is told of each message once it handles the conversation; when it fails, a person is offered', async () => {
    const seen: string[] = []
    const fixture = await createConversationFixture({
      bot: {
        party: botParty,
        async onActivity(activity) {
          seen.push(`${activity.kind} ${activity.text}`)
          if (activity.text === 'crash') throw new Error('bot crashed')
          return { replies: [{ message: 'ok' }], understood: true, topic: null, handoff: null }
        },
      },
    })
    fixture.bots.start()
    const session = await fixture.visit()
    const socket = fixture.connect({ token: session.accessToken })
    await socket.welcome
    await socket.ask('chat.send', {
      threadId: session.thread.id,
      clientMessageId: 'client-01',
      message: 'crash',
    })
    const { message } = await socket.event(
      'message.changed',
      payload => payload.message.content.quickReplies !== undefined,
    )
    assert.match(message.content.message, /went wrong/)
    assert.deepEqual(seen.sort(), ['conversationStarted ', 'message crash'])
    await fixture.close()
  })
})
