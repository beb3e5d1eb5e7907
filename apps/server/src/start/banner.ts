import type { Config } from '../platform/index.ts'

/** What the person at the terminal reads once everything is ready. */
export function banner(config: Config, url: string, startedInMs: number, setupCode: string | null): string {
  const seconds = (startedInMs / 1000).toFixed(1)
  const lines = [
    '',
    `  Guichet is ready in ${seconds} s`,
    '',
    `  Console      ${url}/`,
    `  Demo shop    ${url}/demo/`,
  ]
  if (config.demo && config.sipPort !== 0) {
    const place = `${config.sipBindAddress}:${config.sipPort}`
    lines.push(`  Telephone    sip:8000@${place}, or as a desk phone: phone1, password demo-guichet`)
  }
  lines.push('')
  if (config.demo) {
    lines.push(
      '  Sign in with any of these, password demo-guichet:',
      '    agent1@demo.guichet … agent6@demo.guichet   answer chats and calls',
      '    manager@demo.guichet                        watches queues and people',
      '    designer@demo.guichet                       menus, queues, knowledge',
      '    expert@demo.guichet                         helps on calls',
      '    admin@demo.guichet                          everything',
      '',
      '  Try it: open the demo shop in one window, the console as agent1 in another,',
      '  set your presence to Available, and press "Contact us" in the shop.',
      '',
    )
  }
  if (setupCode !== null) {
    lines.push(`  No administrator yet: open ${url}/setup and enter this code: ${setupCode}`, '')
  }
  lines.push('  Stop with Ctrl-C; nothing is lost.', '')
  return lines.join('\n')
}
