import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freeTcpPort, freeUdpPort } from './guichet.ts'

/** A telephone with a tone as its microphone: baresip, told what to do over its control port. */
export type Phone = {
  /** Commands as in its menu: `dial`, `hangup`, `hold`, `resume`, `accept`, `sndcode`. */
  tell(command: string, params?: string): Promise<void>
  /** Resolves when baresip says so, or has said so since the last command: `CALL_ESTABLISHED`, `REGISTER_OK`… */
  said(event: string): Promise<void>
  /** Waits until it has printed something that fits, since it was started. */
  printed(pattern: RegExp): Promise<void>
  /** Waits until the phone hears a tone, and not the other. */
  hears(hz: number, absentHz?: number): Promise<void>
  /** How loud all was that the phone heard in the last half second: root mean square, 32,767 at most. */
  loudness(): number
  close(): Promise<void>
}

const sampleRate = 8_000
const headerBytes = 44
const waitMs = 15_000
const program = 'baresip'
const modules = '/usr/lib/baresip/modules'

/** Reason to skip a test with a telephone, or `false`. With `CI=true` nothing is skipped. */
export function skipWithoutBaresip(): string | false {
  const isThere = (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return isThere || process.env['CI'] === 'true' ? false : 'baresip is not installed (apt install baresip)'
}

/** Starts a telephone; `account` as in baresip's accounts file. @source https://github.com/baresip/baresip/wiki */
export async function startPhone(options: { account: string; toneHz: number }): Promise<Phone> {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-phone-'))
  const controlPort = await freeTcpPort()
  writeFileSync(join(folder, 'tone.wav'), wavOf(tone(options.toneHz, 60)))
  writeFileSync(join(folder, 'accounts'), `${options.account}\n`)
  writeFileSync(join(folder, 'contacts'), '')
  writeFileSync(join(folder, 'config'), configOf(folder, await freeUdpPort(), controlPort))
  const child = spawn(program, ['-f', folder], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  }
  const control = await openControl(controlPort, child, lines)
  let events: string[] = []
  readNetstrings(control, text => {
    const message = JSON.parse(text) as { event?: boolean; type?: string }
    if (message.event !== true || message.type === undefined) return
    events.push(message.type)
  })

  /** What came out of the decoder, of the call begun last. */
  function samplesHeard(): Int16Array {
    const heard = readdirSync(folder)
      .filter(name => name.endsWith('-dec.wav'))
      .sort()
      .at(-1)
    if (heard === undefined) return new Int16Array()
    const bytes = readFileSync(join(folder, heard))
    const count = Math.min(sampleRate / 2, Math.floor((bytes.length - headerBytes) / 2))
    const from = headerBytes + 2 * (Math.floor((bytes.length - headerBytes) / 2) - count)
    return Int16Array.from({ length: Math.max(0, count) }, (_, i) => bytes.readInt16LE(from + 2 * i))
  }

  return {
    async tell(command, params = '') {
      events = []
      const text = JSON.stringify({ command, params })
      control.write(`${Buffer.byteLength(text)}:${text},`)
    },
    async said(event) {
      await until(`baresip to say ${event}`, () => events.includes(event)).catch(error => {
        throw new Error(`${error.message}; it said ${events.join(', ')}\n${lines.join('').slice(-1_500)}`)
      })
    },
    async printed(pattern) {
      await until(`baresip to print ${pattern}`, () => pattern.test(lines.join(''))).catch(error => {
        throw new Error(`${error.message}\n${lines.join('').slice(-1_500)}`)
      })
    },
    async hears(hz, absentHz) {
      let last = ''
      await until(`the phone to hear ${hz} Hz`, () => {
        const samples = samplesHeard()
        const strength = strengthOf(hz, samples)
        const other = absentHz === undefined ? 0 : strengthOf(absentHz, samples)
        last = `${hz} Hz ${strength.toFixed(0)}, ${absentHz ?? '-'} Hz ${other.toFixed(0)}`
        return samples.length >= sampleRate / 4 && strength > 2_000 && other < strength / 8
      }).catch(error => {
        throw new Error(`${error.message}: ${last}`)
      })
    },
    loudness() {
      const samples = samplesHeard()
      return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / Math.max(1, samples.length))
    },
    async close() {
      control.destroy()
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf(folder: string, sipPort: number, controlPort: number): string {
  return [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${sipPort}`,
    'audio_player aubridge,nowhere',
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    'audio_alert aubridge,nowhere',
    `ausrc_srate ${sampleRate}`,
    `auplay_srate ${sampleRate}`,
    'ausrc_channels 1',
    'auplay_channels 1',
    'rtp_ports 30000-39999',
    `module_path ${modules}`,
    'module g711.so',
    'module aufile.so',
    'module aubridge.so',
    'module sndfile.so',
    `snd_path ${folder}`,
    'module_tmp uuid.so',
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    'module_app contact.so',
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    '',
  ].join('\n')
}

async function openControl(port: number, child: ChildProcess, lines: string[]): Promise<Socket> {
  const end = Date.now() + waitMs
  for (;;) {
    if (child.exitCode !== null) throw new Error(`baresip ended:\n${lines.join('')}`)
    const socket = connect({ host: '127.0.0.1', port })
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

/** Cuts a stream into its texts. @source http://cr.yp.to/proto/netstrings.txt */
function readNetstrings(socket: Socket, onText: (text: string) => void): void {
  let pending = Buffer.alloc(0)
  socket.on('data', chunk => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const colon = pending.indexOf(':')
      const length = Number(pending.subarray(0, Math.max(0, colon)).toString('latin1'))
      if (colon < 0 || pending.length < colon + length + 2) return
      const text = pending.subarray(colon + 1, colon + 1 + length).toString('utf8')
      pending = pending.subarray(colon + length + 2)
      onText(text)
    }
  })
}

/** Looks again and again until the condition holds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + waitMs
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited too long for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

function tone(hz: number, seconds: number): Int16Array {
  return Int16Array.from({ length: sampleRate * seconds }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)),
  )
}

function wavOf(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(headerBytes + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + samples.length * 2, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(sampleRate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((value, i) => {
    bytes.writeInt16LE(value, headerBytes + 2 * i)
  })
  return bytes
}

/** Amplitude of one frequency. @source Goertzel, 1958 */
function strengthOf(hz: number, samples: Int16Array): number {
  const step = 2 * Math.cos((2 * Math.PI * hz) / sampleRate)
  let last = 0
  let before = 0
  for (const sample of samples) {
    const value = sample + step * last - before
    before = last
    last = value
  }
  const power = last * last + before * before - step * last * before
  return samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length
}
