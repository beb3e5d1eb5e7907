import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const place = join(import.meta.dirname, '../..')
const examples = [...readFileSync(join(place, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)]

async function run(code: string): Promise<string> {
  const options = ['--input-type=module-typescript', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: place, timeout: 30_000 })
  return stdout
}

test('the examples of the README run', async () => {
  const [messages = '', digest = ''] = await Promise.all(examples.map(([, code = '']) => run(code)))
  assert.match(messages, /^Alice calls 8000\n/)
  assert.match(messages, /\nSIP\/2\.0 200 OK\r\n.*\r\nm=audio 40000 RTP\/AVP 8 101\r\n/s)
  assert.equal(digest, "{ ok: true, username: 'phone1' }\n")
})
