/**
 * One plain sentence for the person at the terminal.
 * @param {string} sentence
 */
export function say(sentence) {
  process.stdout.write(`${sentence}\n`)
}

/**
 * Ends with one sentence instead of a stack.
 * @param {string} sentence
 * @returns {never}
 */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
