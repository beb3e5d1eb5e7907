import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform(value => value === true || value === 'true' || value === '1')

/**
 * Every setting: name in the environment, meaning, default. The same names, in lower camel case, may stand in
 * `guichet.json` inside the data folder; the environment wins.
 */
export const ConfigSchema = z.object({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('HOST: address to listen on. Demo mode allows loopback only.'),
  port: port.default(8080).describe('PORT: HTTP and socket port.'),
  dataDir: z.string().min(1).default('data').describe('DATA_DIR: folder for database, files and secrets.'),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional()
    .describe('DATABASE_URL: PostgreSQL 15 or newer; the embedded one is used when absent.'),
  mediaPort: port.default(47_000).describe('MEDIA_PORT: the one UDP port of all WebRTC legs.'),
  mediaBindAddress: z
    .string()
    .default('127.0.0.1')
    .describe('MEDIA_BIND_ADDRESS: address the media port binds to.'),
  mediaAnnouncedAddress: z
    .string()
    .optional()
    .describe('MEDIA_ANNOUNCED_ADDRESS: address told to browsers, when it differs from the bound one.'),
  mediaPhonePorts: z
    .string()
    .regex(/^\d{4,5}-\d{4,5}$/, 'must be two ports joined by a hyphen')
    .default('20000-21999')
    .describe(
      'MEDIA_PHONE_PORTS: UDP ports for the sound of phones, two for each, from the first to the last.',
    ),
  sipPort: port
    .default(5060)
    .describe('SIP_PORT: UDP and TCP port of telephones and trunks; 0 for a server without telephones.'),
  sipBindAddress: z
    .string()
    .default('127.0.0.1')
    .describe('SIP_BIND_ADDRESS: address the SIP port binds to.'),
  sipAnnouncedAddress: z
    .string()
    .optional()
    .describe(
      'SIP_ANNOUNCED_ADDRESS: host told to telephones and trunks, when it differs from the bound one.',
    ),
  sipPhoneNetworks: z
    .union([z.array(z.string()), z.string().transform(value => value.split(',').filter(Boolean))])
    .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()])))
    .default(['127.0.0.0/8', '::1/128'])
    .describe(
      'SIP_PHONE_NETWORKS: comma-separated networks that desk phones may register from, as 192.168.0.0/16; all others but the trunks get no answer.',
    ),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('PUBLIC_URL: address people use, when behind a proxy.'),
  demo: flag.default(true).describe('DEMO: seed a demo shop with known passwords; loopback only.'),
  turnUrls: z
    .union([z.array(z.string()), z.string().transform(value => value.split(',').filter(Boolean))])
    .default([])
    .describe('TURN_URLS: comma-separated turn: or turns: URLs handed to browsers.'),
  turnSecret: z.string().optional().describe('TURN_SECRET: shared secret for time-limited TURN credentials.'),
  ttsCommand: z
    .string()
    .optional()
    .describe('TTS_COMMAND: espeak-ng program to speak prompts with; found on the PATH when absent.'),
  botIdleMs: z.coerce
    .number()
    .int()
    .min(0)
    .default(1_800_000)
    .describe(
      'BOT_IDLE_MS: silence after which a conversation that only the bot handles ends by itself, in milliseconds; 0 for never.',
    ),
  outboxKeepDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('OUTBOX_KEEP_DAYS: days after which events are removed that everything has taken note of.'),
  metricsToken: z
    .string()
    .min(16)
    .optional()
    .describe('METRICS_TOKEN: bearer token that reads /metrics; without it only this machine may.'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('LOG_LEVEL: least severe lines to log.'),
  logPii: flag.default(false).describe('LOG_PII: keep personal data in log lines.'),
  trustProxy: flag.default(false).describe('TRUST_PROXY: believe X-Forwarded-For and X-Forwarded-Proto.'),
})
export type Config = z.infer<typeof ConfigSchema>

/** The environment variable of a setting: `mediaPort` is `MEDIA_PORT`. */
export function variableOf(setting: string): string {
  return setting.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}

/** A start that cannot go on; the message is one clear sentence for the person at the terminal. */
export class StartupError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StartupError'
  }
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Whether the server can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return loopback.has(host)
}

/**
 * Reads settings from the environment and `guichet.json`.
 * @throws StartupError naming every wrong setting at once.
 */
export function readConfig(env: Record<string, string | undefined>, cwd: string): Config {
  const dataDir = resolve(cwd, env.DATA_DIR ?? 'data')
  const fromFile = readConfigFile(join(dataDir, 'guichet.json'))
  const raw: Record<string, unknown> = { ...fromFile }
  for (const setting of Object.keys(ConfigSchema.shape)) {
    const value = env[variableOf(setting)]
    if (value !== undefined && value !== '') raw[setting] = value
  }
  const parsed = ConfigSchema.strict().safeParse({ ...raw, dataDir })
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(issue => {
        const setting = issue.path.join('.')
        return setting === '' ? issue.message : `${variableOf(setting)} (${setting}): ${issue.message}`
      })
  if (parsed.success && parsed.data.demo && !isLoopback(parsed.data.host)) {
    problems.push(
      `HOST is ${parsed.data.host}, but demo mode has known passwords and only listens on loopback; set DEMO=false to make a real administrator`,
    )
  }
  if (problems.length > 0) throw new StartupError(`Settings are not right:\n  - ${problems.join('\n  - ')}`)
  return (parsed as { data: Config }).data
}

function readConfigFile(path: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return {}
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (error) {
    throw new StartupError(`${path} is not valid JSON settings: ${(error as Error).message}`)
  }
}
