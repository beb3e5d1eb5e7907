// Hostile bytes for the SIP stack: mutated messages by the million, each timed, until one breaks a promise.
// npm run bench -- sip-fuzz [--inputs 10000000] [--seed 1] [--save]: --save adds an input for each new path to the corpus.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMutator, createRandom, exercise } from '../packages/sip/src/testing/fuzz.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
})
const inputs = Number(values.inputs)
const testing = join(import.meta.dirname, '../packages/sip/src/testing')
/** An input that takes longer, again and again, counts as a hang. */
const slowMs = 50
/** Paths that are told apart; all of them would be memory that grows. */
const maxPaths = 20_000
/** How much more memory may be held at the end than after a tenth of the way. */
const growthBytes = 8 * 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const corpus = ['corpus', 'torture'].flatMap(folder =>
  readdirSync(join(testing, folder))
    .filter(file => /\.(bin|dat)$/.test(file))
    .sort()
    .map(file => new Uint8Array(readFileSync(join(testing, folder, file)))),
)
const random = createRandom(Number(values.seed))
const mutator = createMutator(corpus, random)
const paths = new Set<string>()
let slowestMs = 0
let slowestBytes = 0
let heldEarly = 0
let lastReportAt = performance.now()

console.log(`${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`)
console.log(`${inputs} inputs from ${corpus.length} files, seed ${values.seed}`)
const startedAt = performance.now()
for (let i = 0; i < inputs; i++) {
  const input = mutator.next()
  const pieces = Math.max(0, random(16) - 11)
  const path = tryInput(input, pieces, i)
  if (paths.size < maxPaths && !paths.has(path)) {
    paths.add(path)
    mutator.keep(input)
    if (values.save) save(input)
  }
  if (i === Math.floor(inputs / 10)) heldEarly = held()
  if ((i & 0xffff) === 0 && performance.now() - lastReportAt > 60_000) {
    lastReportAt = performance.now()
    console.log(`${i} inputs, ${paths.size} paths, slowest ${slowestMs.toFixed(1)} ms`)
  }
}
const seconds = (performance.now() - startedAt) / 1_000
const growth = held() - heldEarly
console.log(
  `${inputs} inputs in ${seconds.toFixed(0)} s, ${Math.round(inputs / seconds)} a second; ${paths.size} paths`,
)
console.log(`slowest input ${slowestMs.toFixed(2)} ms for ${slowestBytes} bytes`)
console.log(
  `memory held: ${megabytes(growth)} more than after the first tenth (bound ${megabytes(growthBytes)})`,
)
const cpuSeconds = process.cpuUsage().user / 1e6
console.log(`${((cpuSeconds / inputs) * 1e6).toFixed(1)} µs CPU an input, mutation included`)
if (growth > growthBytes) process.exitCode = 1

function tryInput(input: Uint8Array, pieces: number, index: number): string {
  const before = performance.now()
  try {
    const path = exercise(input, pieces)
    const tookMs = performance.now() - before
    if (tookMs > slowestMs) noteSlow(input, pieces, index)
    return path
  } catch (error) {
    console.error(`input ${index}, ${pieces} pieces: ${Buffer.from(input).toString('base64')}`)
    throw error
  }
}

/** By CPU time, since other programs and the collector make any input late: only one that is slow itself stays slow. */
function noteSlow(input: Uint8Array, pieces: number, index: number): void {
  let bestMs = Number.POSITIVE_INFINITY
  for (let again = 0; again < 3; again++) {
    const before = process.cpuUsage()
    exercise(input, pieces)
    const { user, system } = process.cpuUsage(before)
    bestMs = Math.min(bestMs, (user + system) / 1_000)
  }
  if (bestMs > slowMs)
    throw new Error(`input ${index} takes ${bestMs} ms: ${Buffer.from(input).toString('base64')}`)
  if (bestMs <= slowestMs) return
  slowestMs = bestMs
  slowestBytes = input.length
}

function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** Small inputs only: the corpus is kept with the code. */
function save(input: Uint8Array): void {
  if (input.length > 2_048) return
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16)
  writeFileSync(join(testing, 'corpus', `found-${name}.bin`), input)
}
