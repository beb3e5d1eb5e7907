import { WidgetSettings } from '@guichet/contract'
import { sql } from 'kysely'
import type { z } from 'zod'
import { type Clock, type Database, withTables } from '../../platform/index.ts'
import { isSameHost } from '../identity/index.ts'
import type { ConversationsTables } from './conversations.tables.ts'

const KEY = 'widget'
/** Another node may have changed the settings: they are read again this often, in milliseconds. */
const FRESH_MS = 10_000

const defaults: z.infer<typeof WidgetSettings> = {
  allowedOrigins: [],
  brandName: 'Guichet',
  defaultLocale: 'en',
}

/** Where the widget may be shown and under which name. */
export type WidgetSettingsStore = {
  get(): Promise<z.infer<typeof WidgetSettings>>
  put(settings: z.infer<typeof WidgetSettings>): Promise<z.infer<typeof WidgetSettings>>
  /** Writes settings where nobody has chosen any. */
  seed(settings: z.infer<typeof WidgetSettings>): Promise<void>
  /** Whether a page of this origin may talk to us: one of our own, or one of the list. */
  isOriginAllowed(origin: string, host: string): Promise<boolean>
}

/** Settings in the database, kept in memory for a moment. */
export function createWidgetSettings(deps: {
  db: Database
  clock: Clock
  publicUrl: string | undefined
}): WidgetSettingsStore {
  const { clock } = deps
  const db = withTables<ConversationsTables>(deps.db)
  let kept: { at: number; settings: Promise<z.infer<typeof WidgetSettings>> } | null = null

  async function read(): Promise<z.infer<typeof WidgetSettings>> {
    const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst()
    return row === undefined ? defaults : WidgetSettings.parse(row.value)
  }

  function get(): Promise<z.infer<typeof WidgetSettings>> {
    if (kept !== null && clock.now() - kept.at < FRESH_MS) return kept.settings
    const reading = { at: clock.now(), settings: read() }
    kept = reading
    reading.settings.catch(() => {
      if (kept === reading) kept = null
    })
    return reading.settings
  }

  async function write(settings: z.infer<typeof WidgetSettings>, replace: boolean): Promise<void> {
    const value = { ...settings, allowedOrigins: [...new Set(settings.allowedOrigins.map(toOrigin))] }
    await db
      .insertInto('settings')
      .values({ key: KEY, value: sql`${JSON.stringify(value)}::jsonb`, updatedAt: new Date(clock.now()) })
      .onConflict(conflict => {
        const onKey = conflict.column('key')
        return replace
          ? onKey.doUpdateSet(eb => ({
              value: eb.ref('excluded.value'),
              updatedAt: eb.ref('excluded.updatedAt'),
            }))
          : onKey.doNothing()
      })
      .execute()
    kept = null
  }

  return {
    get,
    async put(settings) {
      await write(settings, true)
      return get()
    },
    seed: settings => write(settings, false),
    async isOriginAllowed(origin, host) {
      if (isSameHost(origin, host, deps.publicUrl)) return true
      const { allowedOrigins } = await get()
      return allowedOrigins.includes(origin)
    },
  }
}

/** `https://shop.example/page` is meant as `https://shop.example`. */
function toOrigin(url: string): string {
  return new URL(url).origin
}
