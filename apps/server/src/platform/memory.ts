import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** V8's own collector, as `--expose-gc` gives it to scripts. */
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

/**
 * Gives back the memory that only the start needed: what is garbage, and the young generation that loading grew to
 * its largest size, which V8 otherwise keeps for ever. It grows again under load, so that nothing is slower later;
 * collecting takes some 100 ms, during which nothing else happens.
 * @source V8 `src/extensions/gc-extension.cc`: only the flavour `last-resort` shrinks the young generation
 */
export function releaseStartMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
