import { call } from './call.ts'
import { design } from './design.ts'
import { desk } from './desk.ts'
import { flow } from './flow.ts'
import { frame } from './frame.ts'
import { prompts } from './prompts.ts'
import { settings } from './settings.ts'
import { supervise } from './supervise.ts'

/** Every word of the console in English; the other languages follow its keys. */
export const en = {
  ...frame,
  ...desk,
  ...call,
  ...supervise,
  ...design,
  ...flow,
  ...prompts,
  ...settings,
} as const
