// How many SIP messages one core reads and writes: an INVITE with an offer and its 200 with the answer, in turn.
import { cpus, loadavg } from 'node:os'
import { parseMessage, serializeMessage } from '../packages/sip/src/index.ts'
import { buildInvite, buildOk } from '../packages/sip/src/testing/builders.ts'

const messages = 200_000
const rounds = 5

const invite = buildInvite()
const samples = [invite, buildOk(invite)].map(serializeMessage)

console.log(
  `SIP messages in one core: INVITE (${samples[0]?.length} bytes) and 200 (${samples[1]?.length} bytes)`,
)
console.log(`${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`)
console.log(
  'by CPU time, so that what else the machine does counts less; wanted: 150,000 read and written a second',
)
const both: number[] = []
for (let round = 0; round < rounds; round++) {
  both.push(measure(readAndWrite))
  const read = measure(readOnly)
  const last = both.at(-1) ?? 0
  console.log(`round ${round + 1}: ${count(last)} read and written a second, ${count(read)} only read`)
}
console.log(`best: ${count(Math.max(...both))} read and written a second`)

function readAndWrite(bytes: Uint8Array): void {
  const result = parseMessage(bytes)
  if (!result.ok) throw new Error(result.problem.detail)
  serializeMessage(result.message)
}

function readOnly(bytes: Uint8Array): void {
  const result = parseMessage(bytes)
  if (!result.ok) throw new Error(result.problem.detail)
}

/** Messages a second of CPU time. */
function measure(work: (bytes: Uint8Array) => void): number {
  const before = process.cpuUsage()
  for (let i = 0; i < messages; i += samples.length) for (const bytes of samples) work(bytes)
  const { user, system } = process.cpuUsage(before)
  return messages / ((user + system) / 1e6)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
