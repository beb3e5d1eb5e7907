import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VoiceApplication } from './document.ts'
import { attendant, ids, salesQueue, shop } from './fixtures.ts'
import { phrases } from './phrases.ts'
import { ApplicationRun } from './run.ts'
import { press, promptEnds, type ScriptLine, staySilent } from './simulator.ts'
import { connected, last, run } from './step.scripts.ts'

test('a file is played with the words that say the same, in the language and voice of the caller', () => {
  const fileId = '00000004-0000-4000-8000-000000000001'
  const greeted = (text?: object) =>
    run(
      [connected, press('1')],
      [attendant(), salesQueue({ greeting: { kind: 'file', fileId, text } })],
      'fr',
    )
  const play = (text?: object) => greeted(text).commands.find(command => command.kind === 'play')?.sources
  const words = { kind: 'text', text: 'Bonjour.', language: 'fr', voice: 'fr-voice' }
  assert.deepEqual(play({ en: 'Hello.', fr: 'Bonjour.' }), [{ kind: 'file', fileId, words }])
  assert.deepEqual(play(), [{ kind: 'file', fileId, words: null }])
  const stored = greeted().run
  assert.deepEqual(ApplicationRun.parse(JSON.parse(JSON.stringify(stored))), stored)
})

test('the caller hears the preferred language, in its voice, with its labels', () => {
  const { commands } = run([connected], shop(), 'fr')
  const recognize = commands.find(command => command.kind === 'recognize')
  assert.deepEqual(recognize?.prompts[0], {
    kind: 'text',
    text: 'Welcome. (fr)',
    language: 'fr',
    voice: 'fr-voice',
  })
  const menu = commands.find(command => command.kind === 'setMenu')?.menu
  assert.deepEqual(menu?.choices[0], { tone: '1', label: 'Sales (fr)' })
})

test('an application that lacks the language speaks its first one', () => {
  const english = { ...attendant(), languages: ['en' as const] }
  assert.deepEqual(last([connected], [english], 'fr').told.at(-1), 'recognize: Welcome. | Press a key.')
})

test('a text that lacks the language is spoken in the one it has', () => {
  const menu = attendant({ prompt: { kind: 'text', text: { en: 'Press a key.', fr: ' ' } } })
  const { commands } = run([connected], [menu], 'fr')
  const prompts = commands.flatMap(command => (command.kind === 'recognize' ? command.prompts : []))
  assert.deepEqual(
    prompts.map(prompt => prompt.kind === 'text' && prompt.language),
    ['fr', 'en'],
  )
})

test('a choice may change the language, and the menu on screen with it', () => {
  const { told: lines, run: end } = last([connected, press('4')], shop(), 'fr')
  assert.deepEqual(lines, ['menu: 12345690', 'recognize: Press a key.'])
  assert.equal(end.language, 'en')
})

test('an announcement is followed by the menu, whose keys work meanwhile', () => {
  const { told: lines, run: end } = last([connected, press('3')])
  assert.deepEqual(lines, ['recognize: Nine to six. | Press a key.'])
  assert.equal(end.state, 'menu')
})

test('a wrong key is told and the menu offered again, as often as it repeats', () => {
  assert.deepEqual(last([connected, press('7')]).told, [`recognize: ${phrases.notAChoice.en} | Press a key.`])
  assert.deepEqual(last([connected, press('7'), press('7')]).told, [
    'menu: none',
    `play: ${phrases.noInput.en}`,
  ])
})

test('silence repeats the menu without the greeting, then follows what it leads to', () => {
  assert.deepEqual(last([connected, staySilent]).told, ['recognize: Press a key.'])
  const silent = [connected, staySilent, staySilent]
  assert.deepEqual(last(silent).told, ['menu: none', `play: ${phrases.noInput.en}`])
  assert.deepEqual(last([...silent, promptEnds]).told, ['disconnect: noInput'])
  const toSales = attendant({ noInput: { kind: 'queue', queueId: ids.salesQueue } })
  assert.deepEqual(last(silent, [toSales, salesQueue()]).told, ['menu: none', 'play: Welcome to sales.'])
})

test('an announcement in between starts the count of attempts again', () => {
  const { run: end } = last([connected, staySilent, press('3'), staySilent])
  assert.equal(end.state, 'menu')
})

test('keys interrupt the prompts, unless the caller is made to listen', () => {
  const interrupts = (application: VoiceApplication) =>
    run([connected], [application]).commands.find(command => command.kind === 'recognize')?.interruptPrompt
  assert.equal(interrupts(attendant()), true)
  assert.equal(interrupts(attendant({ forceListen: true })), false)
})

test('a click chooses at once and stops the prompt', () => {
  const click: ScriptLine = at => ({
    kind: 'choice',
    tone: '2',
    menuId: at.state === 'menu' ? at.menuId : 'none',
  })
  assert.deepEqual(last([connected, click]).told, [
    'cancelAllMediaOperations',
    'menu: none',
    'enqueue',
    'startMusic',
  ])
})

test('a click on a menu that is gone, or on no choice of it, does nothing', () => {
  assert.deepEqual(last([connected, { kind: 'choice', tone: '1', menuId: 'menu-0' }]).told, [])
  assert.deepEqual(last([connected, { kind: 'choice', tone: '8' }]).told, [])
})
