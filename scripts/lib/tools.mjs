import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture } from './children.mjs'
import { say } from './say.mjs'

/** Where a Chromium or Chrome is usually found. */
const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const browserPaths = [
  '/usr/lib/chromium/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Other programs: what each is called on the PATH and by Debian, and which tests do without when it is missing. */
const programs = [
  { program: 'espeak-ng', debian: 'espeak-ng', tests: 'that listen to spoken prompts' },
  { program: 'turnserver', debian: 'coturn', tests: 'of calls through a TURN server' },
  { program: 'baresip', debian: 'baresip-core', tests: 'with a telephone' },
]

/**
 * Finds the programs that tests drive, and installs the missing ones where that is allowed.
 * @returns {Promise<{ CHROMIUM_PATH?: string }>} what the tests read from the environment
 */
export async function ensureTestTools() {
  const missing = programs.filter(({ program }) => findProgram(program) === undefined)
  const packages = missing.map(({ debian }) => debian)
  if (findBrowser() === undefined) packages.push('chromium')
  if (packages.length > 0) await installWithApt(packages)
  const browser = findBrowser()
  if (browser === undefined) {
    say(
      'No Chromium or Chrome was found and none could be installed: tests in a browser are skipped. Install one, or set CHROMIUM_PATH to it.',
    )
  }
  for (const { program, debian, tests } of missing) {
    if (findProgram(program) !== undefined) continue
    say(
      `${debian} was not found and could not be installed: tests ${tests} are skipped. Install it, for example with: apt-get install ${debian}`,
    )
  }
  return browser === undefined ? {} : { CHROMIUM_PATH: browser }
}

function findBrowser() {
  const named = process.env.CHROMIUM_PATH || process.env.CHROME_PATH
  if (named) return existsSync(named) ? named : undefined
  for (const name of browserNames) {
    const found = findProgram(name)
    if (found !== undefined) return found
  }
  return browserPaths.find(path => existsSync(path))
}

/**
 * The full path of a program on the PATH.
 * @param {string} name
 */
function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string[]} packages Debian packages */
async function installWithApt(packages) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  if (findProgram('apt-get') === undefined) return
  if (asRoot.length > 0 && (await capture('sudo', ['-n', 'true'])).code !== 0) return
  say(`Installing ${packages.join(' and ')}, which the tests need, with apt.`)
  /** @param {string[]} words */
  const asAdministrator = words => {
    const [command = '', ...rest] = [...asRoot, ...words]
    return capture(command, rest)
  }
  /** @param {string[]} args */
  const apt = args => asAdministrator(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args])
  const install = ['install', '-y', '--no-install-recommends', ...packages]
  // The lists of packages are fetched only where they are missing or old.
  let result = await apt(install)
  if (result.code !== 0) {
    await apt(['update'])
    result = await apt(install)
  }
  if (result.code !== 0) say(`apt could not install them: ${result.output.trim().split('\n').at(-1)}`)
  // Debian makes a service of coturn that runs from then on; tests start their own.
  else if (packages.includes('coturn') && existsSync('/run/systemd/system'))
    await asAdministrator(['systemctl', 'disable', '--now', 'coturn'])
}
