// `npm start` of an installed and built Guichet: time until it is ready, and the memory of the idle server and
// media process without PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freeTcpPort, freeUdpPort } from '../e2e/support/guichet.ts'

const runs = 5
const idleSeconds = 20
const root = join(import.meta.dirname, '..')

console.log(cpus()[0]?.model)
const firsts: number[] = []
const seconds: number[] = []
const resident: number[] = []
const proportional: number[] = []
for (let run = 0; run < runs; run++) {
  const dataDir = mkdtempSync(join(tmpdir(), 'guichet-bench-'))
  firsts.push(await startOnce(dataDir, false))
  seconds.push(await startOnce(dataDir, true))
  rmSync(dataDir, { recursive: true, force: true })
}
report('first start, empty data folder (target 5 s)', firsts, 's')
report('later start, data kept (target 5 s)', seconds, 's')
report('server + media, idle, resident (target 250 MB)', resident, 'MB')
report('server + media, idle, shared pages divided among their users', proportional, 'MB')

async function startOnce(dataDir: string, weigh: boolean): Promise<number> {
  const env = {
    ...process.env,
    PORT: String(await freeTcpPort()),
    MEDIA_PORT: String(await freeUdpPort()),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
  }
  const startedAt = performance.now()
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('Guichet is ready')) break
  const took = (performance.now() - startedAt) / 1_000
  child.stdout.resume()
  if (weigh) {
    await new Promise(resolve => setTimeout(resolve, idleSeconds * 1_000))
    weighProcesses(child)
  }
  child.kill('SIGTERM')
  await once(child, 'exit')
  return took
}

/** Adds up the programs of ours below a process, in megabytes (10⁶ bytes); npm and PostgreSQL are not counted. */
function weighProcesses(child: ChildProcess): void {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: field(status, 'PPid'), command }]
      } catch {
        return []
      }
    })
  const below = new Set([child.pid])
  for (let grown = true; grown; ) {
    const more = all.filter(one => below.has(one.parent) && !below.has(one.pid))
    for (const one of more) below.add(one.pid)
    grown = more.length > 0
  }
  const ours = all.filter(
    one => below.has(one.pid) && /apps\/(server|media)\/src\/main\.ts/.test(one.command),
  )
  let rss = 0
  let pss = 0
  for (const { pid, command } of ours) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const [own, share] = [megabytes(rollup, 'Rss'), megabytes(rollup, 'Pss')]
    console.log(
      `  ${own.toFixed(0)} MB resident, ${share.toFixed(0)} MB proportional  ${command.trim().slice(-60)}`,
    )
    rss += own
    pss += share
  }
  resident.push(rss)
  proportional.push(pss)
}

function megabytes(rollup: string, name: string): number {
  return (field(rollup, name) * 1_024) / 1e6
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
}

function report(what: string, values: number[], unit: string): void {
  const sorted = [...values].sort((a, b) => a - b)
  const show = (value: number | undefined) => (value ?? Number.NaN).toFixed(unit === 's' ? 2 : 0)
  console.log(
    `${what}: median ${show(sorted[Math.floor(sorted.length / 2)])} ${unit}, min ${show(sorted[0])}, max ${show(sorted.at(-1))}, runs ${sorted.length}`,
  )
}
