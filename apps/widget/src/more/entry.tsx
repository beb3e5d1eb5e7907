import type { Ui } from '../components/context.ts'
import type { MoreCode } from '../model/more.code.ts'
import { lend } from '../shared/shared.ts'
import { After } from './After.tsx'
import { Menu } from './Menu.tsx'
import css from './more.css?inline'
import { createSounds } from './sounds.ts'

const moreCode: MoreCode<Ui> = { lend, css, Menu, After, play: createSounds().play }

/** The one face of the code that few visits need; see `MoreCode`. */
export default moreCode
