import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog, systemClock, systemIds } from '../../platform/index.ts'
import { createEspeakSpeech } from './espeak.adapter.ts'
import { chime, polish, readWav, writeWav } from './wav.ts'

const log = createLog({ level: 'silent' })

async function withFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-speech-'))
  try {
    await action(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('WAV files survive a round trip, also with an open length', () => {
  const sound = chime()
  const bytes = writeWav(sound)
  assert.deepEqual(readWav(bytes), sound)
  bytes.writeUInt32LE(0xffff_ffff, 40)
  assert.deepEqual(readWav(bytes), sound)
  assert.throws(() => readWav(Buffer.from('RIFF')), /not a WAV file/)
})

test('speech is brought to one level and loses the silence around it', () => {
  const samples = new Int16Array(22_050 * 3)
  for (let index = 22_050; index < 44_100; index++) samples[index] = Math.round(500 * Math.sin(index / 10))
  const polished = polish({ sampleRate: 22_050, samples })
  assert.ok(polished.samples.length < 22_050 * 1.5)
  assert.ok(Math.max(...polished.samples) > 3_000)
})

test('the same words are spoken once, other words and voices apart', async () => {
  await withFolder(async promptsDir => {
    const speech = createEspeakSpeech({
      promptsDir,
      command: join(promptsDir, 'no-such-program'),
      clock: systemClock,
      ids: systemIds,
      log,
    })
    const hello = { text: 'Good morning; rm -rf "$HOME" `id`', locale: 'en', voice: null } as const
    const [first, second] = await Promise.all([speech.synthesise(hello), speech.synthesise(hello)])
    const third = await speech.synthesise(hello)
    assert.deepEqual([first, second], [third, third])
    assert.ok(third.isSpoken)
    assert.ok(readWav(await readFile(third.path)).samples.length > 22_050)
    const french = await speech.synthesise({ text: 'Bonjour', locale: 'fr', voice: null })
    assert.notEqual(french.path, third.path)
    assert.equal((await readdir(promptsDir)).length, 2)
  })
})

test('empty and endless texts are refused', async () => {
  const speech = createEspeakSpeech({
    promptsDir: '/nowhere',
    command: undefined,
    clock: systemClock,
    ids: systemIds,
    log,
  })
  for (const text of ['  \n', 'x'.repeat(1_001)]) {
    await assert.rejects(speech.synthesise({ text, locale: 'en', voice: null }), { code: 'invalid-request' })
  }
})
