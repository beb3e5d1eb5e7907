import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locale } from '@guichet/contract'
import { DomainError } from '@guichet/domain'
import { MAX_SPOKEN_LENGTH, type SpeechPort, type SpeechRequest } from '../../modules/calls/speech.ports.ts'
import type { Clock, Ids, Log } from '../../platform/index.ts'
import { chime, polish, readWav, writeWav } from './wav.ts'

/** Part of every file's name: raise it when the same words should sound different from now on. */
const RECIPE = 1
const WORDS_PER_MINUTE = 152
const SYNTHESIS_LIMIT_MS = 15_000
const MAX_WAV_BYTES = 30 * 1024 * 1024
const MAX_AT_ONCE = 2
const voices: Record<Locale, string> = { en: 'en-gb', fr: 'fr-fr' }
const VOICE_NAME = /^[A-Za-z0-9][A-Za-z0-9+_-]{0,39}$/

/** A program that reads text and gives WAV. */
type Engine = { name: string; command: string; args(voice: string): string[] }

const wasmRunner = fileURLToPath(new URL('./espeak-wasm.ts', import.meta.url))

/**
 * Speaks through espeak-ng as a separate program: the configured or installed one, else its WebAssembly build;
 * without either, a chime plays and the words stand on the screen. Files are kept under `promptsDir`.
 */
export function createEspeakSpeech(deps: {
  promptsDir: string
  command: string | undefined
  clock: Clock
  ids: Ids
  log: Log
}): SpeechPort & { stop(): void } {
  const { promptsDir, clock, ids, log } = deps
  const engines: Engine[] = [
    {
      name: 'espeak-ng',
      command: deps.command ?? 'espeak-ng',
      args: voice => ['-v', voice, '-s', String(WORDS_PER_MINUTE), '-b', '1', '--stdout', '--stdin'],
    },
    {
      name: 'espeak-ng-wasm',
      command: process.execPath,
      args: voice => [wasmRunner, voice, String(WORDS_PER_MINUTE)],
    },
  ]
  const underWay = new Map<string, Promise<string>>()
  const children = new Set<ChildProcess>()
  const queue: (() => void)[] = []
  let running = 0
  let warned = false

  /** Runs one engine over one text. */
  function run(engine: Engine, voice: string, text: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn(engine.command, engine.args(voice), { stdio: ['pipe', 'pipe', 'pipe'] })
      children.add(child)
      const chunks: Buffer[] = []
      let size = 0
      let complaint = ''
      const cancelLimit = clock.after(SYNTHESIS_LIMIT_MS, () => child.kill('SIGKILL'))
      const finish = (error: Error | null) => {
        cancelLimit()
        children.delete(child)
        if (error === null) resolve(Buffer.concat(chunks))
        else reject(error)
      }
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_WAV_BYTES) child.kill('SIGKILL')
        else chunks.push(chunk)
      })
      child.stderr.on('data', (chunk: Buffer) => {
        complaint = (complaint + chunk.toString()).slice(0, 500)
      })
      child.stdin.on('error', () => undefined)
      child.once('error', finish)
      child.once('close', (code, signal) =>
        finish(code === 0 ? null : new Error(`${engine.name} ended with ${signal ?? code}: ${complaint}`)),
      )
      child.stdin.end(text)
    })
  }

  async function inTurn<T>(action: () => Promise<T>): Promise<T> {
    if (running >= MAX_AT_ONCE) await new Promise<void>(resolve => queue.push(resolve))
    running++
    try {
      return await action()
    } finally {
      running--
      queue.shift()?.()
    }
  }

  async function store(path: string, bytes: Buffer): Promise<void> {
    await mkdir(promptsDir, { recursive: true, mode: 0o700 })
    const draft = `${path}.${ids.secret(6)}.part`
    await writeFile(draft, bytes, { mode: 0o600 })
    await rename(draft, path)
    await chmod(path, 0o600)
  }

  /** The file of the first engine that can speak the words; null when none can. */
  async function speak(voice: string, text: string): Promise<string | null> {
    for (const engine of engines) {
      const path = join(promptsDir, `${digest([RECIPE, engine.name, voice, text])}.wav`)
      if (await exists(path)) return path
      try {
        const sound = polish(readWav(await inTurn(() => run(engine, voice, text))))
        if (sound.samples.length === 0) throw new Error(`${engine.name} said nothing`)
        await store(path, writeWav(sound))
        return path
      } catch (error) {
        log.debug({ err: error, engine: engine.name }, 'speech engine failed')
      }
    }
    return null
  }

  async function chimeFile(): Promise<string> {
    const path = join(promptsDir, `chime-${RECIPE}.wav`)
    if (!(await exists(path))) await store(path, writeWav(chime()))
    return path
  }

  return {
    async synthesise({ text, locale, voice }: SpeechRequest) {
      const words = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
      if (words === '' || words.length > MAX_SPOKEN_LENGTH) {
        throw new DomainError('invalid-request', `A spoken text has 1 to ${MAX_SPOKEN_LENGTH} characters`)
      }
      const name = voice !== null && VOICE_NAME.test(voice) ? voice : voices[locale]
      const key = `${name}\n${words}`
      const work = underWay.get(key) ?? speak(name, words).then(path => path ?? '')
      underWay.set(key, work)
      const path = await work.finally(() => underWay.delete(key))
      if (path !== '') return { path, isSpoken: true }
      if (!warned) log.warn('no speech engine works: prompts are a chime and stand on the screen only')
      warned = true
      return { path: await chimeFile(), isSpoken: false }
    },
    stop() {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

function digest(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
