import assert from 'node:assert/strict'
import { it } from 'node:test'
import { closeApiPeople, openApiVisitor } from './support/api-people.ts'
import { freeUdpPort, startGuichet } from './support/guichet.ts'

/** An address for documentation, which reaches nobody. @source RFC 5737 */
const ANNOUNCED = '203.0.113.9'

it('a server behind a router tells browsers the announced address of its media, and no other', async t => {
  const port = await freeUdpPort()
  const guichet = await startGuichet({ MEDIA_ANNOUNCED_ADDRESS: ANNOUNCED, MEDIA_PORT: String(port) })
  t.after(async () => {
    await closeApiPeople()
    await guichet.dispose()
  })
  const visitor = await openApiVisitor(guichet.url)
  const sdpAnswer = await visitor.offerCall()
  const candidates = sdpAnswer.split('\r\n').filter(line => line.startsWith('a=candidate'))
  assert.equal(candidates.length, 1, sdpAnswer)
  assert.ok(candidates[0]?.endsWith(` ${ANNOUNCED} ${port} typ host`), candidates[0])
})
