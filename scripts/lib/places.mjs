import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The Node that package.json pins: everything but the first steps of each command runs on it. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')

/** Files of these scripts that are worth keeping between runs and never worth committing. */
export const cacheDir = join(root, '.cache')

/** The web apps, in the order in which they are told. */
export const webApps = ['console', 'widget']
