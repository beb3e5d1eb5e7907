import { z } from 'zod'

/** Settings of a media process, read from its environment. */
export const MediaConfig = z.object({
  /** The one UDP port of all peer connections. */
  MEDIA_PORT: z.coerce.number().int().min(1024).max(65_535),
  /** Address it listens on; `0.0.0.0` offers every address of the machine. */
  MEDIA_BIND_ADDRESS: z.ipv4().default('127.0.0.1'),
  /** Address told to browsers instead, behind address translation. */
  MEDIA_ANNOUNCED_ADDRESS: z.preprocess(value => (value === '' ? undefined : value), z.ipv4().optional()),
  /** UDP ports of phones, first and last; each phone has an even one for sound and the odd one after it. */
  MEDIA_PHONE_PORTS: z
    .string()
    .regex(/^\d{4,5}-\d{4,5}$/)
    .default('20000-21999')
    .transform(text => text.split('-').map(Number) as [first: number, last: number])
    .refine(([first, last]) => first >= 1024 && last <= 65_535 && last > first, 'not a range of ports'),
  MEDIA_MAX_LEGS: z.coerce.number().int().min(2).max(10_000).default(2_000),
  /** Memory for encoded prompts and music; a minute is about 300 kB. */
  MEDIA_SOUND_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(1_000_000)
    .default(64 * 1024 * 1024),
})
export type MediaConfig = z.infer<typeof MediaConfig>
