import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIceServers } from './ice-servers.ts'

const urls = ['turn:turn.example:3478?transport=udp', 'turns:turn.example:5349']
const clock = { now: () => 1_700_000_000_999, after: () => () => undefined, every: () => () => undefined }

describe('servers that relay to media', () => {
  it('are none where none is set', () => {
    assert.deepEqual(createIceServers({ urls: [], secret: 'north', clock })('8:guichet:visitor'), [])
  })

  it('need no credentials where no secret is shared', () => {
    assert.deepEqual(createIceServers({ urls, secret: undefined, clock })('8:guichet:visitor'), [{ urls }])
  })

  it('take the end of the day’s shift and the user as name, and their HMAC as password', () => {
    // The password is what `openssl dgst -sha1 -hmac north -binary | base64` makes of the name.
    assert.deepEqual(createIceServers({ urls, secret: 'north', clock })('8:guichet:visitor'), [
      { urls, username: '1700043200:8:guichet:visitor', credential: '52KqY+7QbN6poWQj7eYX4yyZ1H0=' },
    ])
  })
})
