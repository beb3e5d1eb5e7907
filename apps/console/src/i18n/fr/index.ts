import type { en } from '../en/index.ts'
import type { Entry } from '../translate.ts'
import { call } from './call.ts'
import { design } from './design.ts'
import { desk } from './desk.ts'
import { flow } from './flow.ts'
import { frame } from './frame.ts'
import { prompts } from './prompts.ts'
import { settings } from './settings.ts'
import { supervise } from './supervise.ts'

/** Every word of the console in French. */
export const fr: Record<keyof typeof en, Entry> = {
  ...frame,
  ...desk,
  ...call,
  ...supervise,
  ...design,
  ...flow,
  ...prompts,
  ...settings,
}
