/**
 * A separate program: speaks with espeak-ng compiled to WebAssembly. It is GPL-3.0, so the server only ever
 * starts it as a process of its own and exchanges plain text and sound with it.
 * Arguments: voice, words per minute. Text comes on standard input, WAV goes to standard output.
 * @source ADR on speech as a separate program
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

type Emscripten = {
  FS: { writeFile(path: string, text: string): void; readFile(path: string): Uint8Array }
}
type Factory = (options: {
  arguments: string[]
  preRun: ((module: Emscripten) => void)[]
  noExitRuntime: boolean
  print(): void
  printErr(line: string): void
}) => Promise<Emscripten>

const [voice = 'en-gb', speed = '150'] = process.argv.slice(2)
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const text = Buffer.concat(chunks).toString('utf8')

const entry = createRequire(import.meta.url).resolve('espeak-ng')
const { default: espeak } = (await import(pathToFileURL(entry).href)) as { default: Factory }
const module = await espeak({
  arguments: ['-v', voice, '-s', speed, '-b', '1', '-w', '/out.wav', '-f', '/in.txt'],
  preRun: [started => started.FS.writeFile('/in.txt', text)],
  noExitRuntime: true,
  print: () => undefined,
  printErr: line => process.stderr.write(`${line}\n`),
})
process.stdout.write(module.FS.readFile('/out.wav'), () => process.exit(0))
