import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VoiceApplication } from './document.ts'
import { attendant, ids, redirector, salesQueue, shop, supportQueue, text } from './fixtures.ts'
import { filesOf, type KnownIds, validateApplication } from './validate.ts'

/** An attendant whose every target exists. */
const sound = (changes: Record<string, unknown> = {}) =>
  attendant({
    options: [{ tone: '1', label: text('Sales').text, target: { kind: 'queue', queueId: ids.salesQueue } }],
    ...changes,
  })

function problems(
  application: VoiceApplication,
  applications: VoiceApplication[] = [sound(), salesQueue(), supportQueue()],
  known?: KnownIds,
): string[] {
  return validateApplication(application, applications, known).map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  )
}

test('a sound shop has no problems', () => {
  for (const application of [sound(), salesQueue(), supportQueue()])
    assert.deepEqual(problems(application), [])
})

test('targets that do not exist are found, wherever they are', () => {
  assert.deepEqual(problems(attendant(), shop()), [
    'error dangling-target defaultFlow.action.options.5.target',
  ])
  assert.deepEqual(problems(sound({ noInput: { kind: 'application', applicationId: ids.missing } })), [
    'error dangling-target defaultFlow.action.noInput',
  ])
  assert.deepEqual(problems(redirector(ids.welcome, { kind: 'queue', queueId: ids.missingQueue })), [
    'error dangling-target defaultFlow.action.target',
  ])
  const elsewhere = { announcement: { kind: 'none' }, target: { kind: 'queue', queueId: ids.missingQueue } }
  assert.deepEqual(problems(salesQueue({ timeout: elsewhere })), ['error dangling-target timeout.target'])
})

test('people, queues and files are looked up where they are known', () => {
  const fileId = '00000004-0000-4000-8000-000000000001'
  const known = { queueIds: new Set<string>(), workerIds: new Set<string>(), fileIds: new Set<string>() }
  const option = (target: unknown) => ({ tone: '1', label: text('One').text, target })
  const to = (target: unknown) => sound({ options: [option(target)] })
  const found = 'error dangling-target defaultFlow.action.options.0.target'
  assert.deepEqual(problems(to({ kind: 'person', workerId: ids.agent }), undefined, known), [found])
  assert.deepEqual(problems(to({ kind: 'chat', queueId: ids.salesQueue }), undefined, known), [found])
  assert.deepEqual(problems(to({ kind: 'chat' }), undefined, known), [])
  const noted = salesQueue({ music: { kind: 'file', fileId }, greeting: { kind: 'file', fileId } })
  assert.deepEqual(problems(noted, undefined, known), [
    'error dangling-target queueId',
    'error unknown-file greeting.fileId',
    'error unknown-file music.fileId',
  ])
  assert.deepEqual(problems(noted, undefined, { fileIds: new Set([fileId]) }), [])
})

test('the files of an application are found wherever they play, each once', () => {
  const [a, b, c] = [1, 2, 3].map(n => `00000004-0000-4000-8000-00000000000${n}`)
  const file = (fileId: unknown) => ({ kind: 'file', fileId })
  const bye = { kind: 'disconnect', announcement: file(b) }
  const option = { tone: '1', label: {}, target: { kind: 'announcement', prompt: file(c) } }
  const drawn = attendant({ prompt: file(a), options: [option], noInput: bye })
  assert.deepEqual(filesOf(drawn), [a, c, b])
  const queue = salesQueue({
    greeting: file(a),
    music: file(b),
    overflow: { announcement: file(a), target: bye },
  })
  assert.deepEqual(filesOf(queue), [a, b])
})

test('a key used twice, a menu without choices, a menu without a prompt', () => {
  const option = { tone: '1', label: text('One').text, target: { kind: 'chat' } }
  assert.deepEqual(problems(sound({ options: [option, option] })), [
    'error duplicate-tone defaultFlow.action.options.1.tone',
  ])
  assert.deepEqual(problems(sound({ options: [] })), ['error empty-menu defaultFlow.action.options'])
  assert.deepEqual(problems(sound({ prompt: { kind: 'none' } })), [
    'warning silent-menu defaultFlow.action.prompt',
  ])
})

test('a language without words is a warning while another has some, an error otherwise', () => {
  assert.deepEqual(problems(sound({ prompt: { kind: 'text', text: { en: 'Press.' } } })), [
    'warning missing-text defaultFlow.action.prompt.text.fr',
  ])
  assert.deepEqual(problems(sound({ prompt: { kind: 'text', text: { fr: ' ' } } })), [
    'error missing-text defaultFlow.action.prompt.text.en',
    'error missing-text defaultFlow.action.prompt.text.fr',
  ])
  const nameless = { tone: '1', label: { fr: 'Un' }, target: { kind: 'announcement', prompt: text('Yes.') } }
  assert.deepEqual(problems(sound({ options: [nameless] })), [
    'warning missing-text defaultFlow.action.options.0.label.en',
  ])
  const english = {
    ...sound({ prompt: { kind: 'text', text: { en: 'Press.' } } }),
    languages: ['en' as const],
  }
  assert.deepEqual(problems(english), [])
})

test('words inside targets and exceptions are checked too', () => {
  const half = { kind: 'text', text: { en: 'Bye.' } }
  assert.deepEqual(problems(sound({ noInput: { kind: 'disconnect', announcement: half } })), [
    'warning missing-text defaultFlow.action.noInput.announcement.text.fr',
  ])
  assert.deepEqual(
    problems(salesQueue({ overflow: { announcement: half, target: { kind: 'disconnect' } } })),
    ['warning missing-text overflow.announcement.text.fr'],
  )
})

test('a chain that comes back at once is an error, one that takes time a warning', () => {
  const to = (applicationId: string) => ({ kind: 'application', applicationId })
  const there = redirector(ids.welcome, to(ids.support))
  const back = redirector(ids.support, to(ids.welcome))
  assert.deepEqual(problems(there, [back]), ['error endless-chain defaultFlow.action.target'])

  const loop = { announcement: { kind: 'none' }, target: to(ids.welcome) }
  const patient = sound({ noInput: { kind: 'queue', queueId: ids.salesQueue } })
  assert.deepEqual(problems(patient, [salesQueue({ timeout: loop })]), [
    'warning endless-chain defaultFlow.action.noInput',
  ])
  const ownQueue = { ...loop, target: { kind: 'queue', queueId: ids.salesQueue } }
  assert.deepEqual(problems(salesQueue({ timeout: ownQueue, noAgents: ownQueue })), [
    'warning endless-chain timeout.target',
    'error endless-chain noAgents.target',
  ])
  assert.deepEqual(problems(salesQueue({ overflow: loop }), [patient]), [
    'warning endless-chain overflow.target',
  ])
  assert.deepEqual(problems(salesQueue({ overflow: loop }), [sound()]), [])
})

test('a chain elsewhere is not the fault of who leads into it', () => {
  const circle = redirector(ids.support, { kind: 'application', applicationId: ids.support })
  const into = redirector(ids.welcome, { kind: 'application', applicationId: ids.support })
  assert.deepEqual(problems(into, [circle]), [])
})

test('two call queues of one queue, a time zone that is none, a language twice', () => {
  const twin = supportQueue({ queueId: ids.salesQueue })
  assert.deepEqual(problems(twin, [salesQueue()]), ['error duplicate-queue queueId'])
  const odd = { ...salesQueue(), timeZone: 'Europe/Grasse', languages: ['en' as const, 'en' as const] }
  assert.deepEqual(problems(odd), ['error unknown-time-zone timeZone', 'error duplicate-language languages'])
})

test('every problem is told in both languages', () => {
  const bad = sound({ options: [], prompt: { kind: 'text', text: {} } })
  const found = validateApplication(bad, [])
  assert.equal(found.length, 3)
  for (const { message } of found) {
    assert.ok(message.en.length > 10 && message.fr.length > 10)
    assert.notEqual(message.en, message.fr)
  }
})

test('documents are read strictly, with defaults where there are some', () => {
  const { defaultFlow } = sound()
  assert.ok(defaultFlow.action.kind === 'menu' && defaultFlow.action.inputTimeoutMs === 5_000)
  for (const changes of [
    { schemaVersion: 2 },
    { languages: [] },
    { languages: ['de'] },
    { id: 'welcome' },
    { surprise: true },
    { kind: 'workflow' },
  ])
    assert.equal(VoiceApplication.safeParse({ ...sound(), ...changes }).success, false)
})
