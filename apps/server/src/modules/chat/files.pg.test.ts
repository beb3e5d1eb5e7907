import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { MAX_FILE_BYTES } from '@guichet/contract'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('files', () => {
  let fixture: ConversationFixture

  before(async () => {
    fixture = await createConversationFixture()
  })
  after(() => fixture.close())

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  function upload(
    session: { thread: { id: string }; accessToken: string },
    name: string,
    bytes: Uint8Array,
    field = 'file',
  ) {
    const body = new FormData()
    body.set(field, new Blob([Buffer.from(bytes)]), name)
    return fixture.request('POST', `/api/threads/${session.thread.id}/files`, {
      body,
      headers: bearer(session.accessToken),
    })
  }
  const download = (id: string, headers: Record<string, string>) =>
    fixture.request('GET', `/api/files/${id}`, { headers })
  function stored(): string[] {
    const names = readdirSync(join(fixture.folder, 'files'), { recursive: true, withFileTypes: true })
    return names.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  }

  it('are uploaded, sent, seen in place when pictures, and kept from other eyes on the disk', async () => {
    const session = await fixture.visit()
    const { status, body } = await upload(session, 'my photo.png', png)
    assert.equal(status, 201)
    assert.deepEqual(
      { ...body, id: '', url: '' },
      {
        id: '',
        url: '',
        attachmentType: 'image',
        name: 'my photo.png',
        contentType: 'image/png',
        sizeBytes: png.length,
      },
    )
    const socket = fixture.connect({ token: session.accessToken })
    const { message } = await socket.ask('chat.send', {
      threadId: session.thread.id,
      clientMessageId: 'client-01',
      fileIds: [body.id],
    })
    assert.deepEqual(message.content, { attachments: [body] })
    const file = await download(body.id, bearer(session.accessToken))
    assert.deepEqual(file.bytes, png)
    assert.equal(file.headers.get('content-type'), 'image/png')
    assert.match(file.headers.get('content-disposition') ?? '', /^inline; filename="my photo.png"/)
    assert.match(file.headers.get('content-security-policy') ?? '', /sandbox/)
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff')
    for (const path of stored()) assert.equal(statSync(path).mode & 0o077, 0)
    socket.close()
  })

  it('of any other kind are only ever saved, under a harmless name', async () => {
    const session = await fixture.visit()
    const page = await upload(
      session,
      '../../"evil\r\nX: y".html',
      Buffer.from('<script>alert(document.domain)</script>'),
    )
    assert.equal(page.body.contentType, 'text/plain')
    assert.doesNotMatch(page.body.name, /[/\\"\r\n]|\.html$/)
    const file = await download(page.body.id, bearer(session.accessToken))
    assert.match(file.headers.get('content-disposition') ?? '', /^attachment; /)
    assert.equal(file.headers.get('x'), null)
    const accents = await upload(session, 'reçu d’été (1).txt', Buffer.from('ok'))
    const disposition = (await download(accents.body.id, bearer(session.accessToken))).headers.get(
      'content-disposition',
    )
    assert.equal(
      disposition,
      'attachment; filename="recu dete (1).txt"; filename*=UTF-8\'\'re%C3%A7u%20d%E2%80%99%C3%A9t%C3%A9%20%281%29.txt',
    )
  })

  it('that are programs, pictures with script, empty or too large are refused', async () => {
    const session = await fixture.visit()
    const rows: [string, Uint8Array, string][] = [
      ['photo.png', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), 'unsupported-file'],
      ['logo.svg', Buffer.from('<?xml version="1.0"?><svg onload="alert(1)"/>'), 'unsupported-file'],
      ['empty.txt', Buffer.alloc(0), 'unsupported-file'],
      ['large.txt', Buffer.alloc(MAX_FILE_BYTES + 1, 'a'), 'payload-too-large'],
    ]
    for (const [name, bytes, code] of rows)
      assert.equal((await upload(session, name, bytes)).body.code, code, name)
    assert.equal((await upload(session, 'a.txt', Buffer.from('a'), 'other')).body.code, 'invalid-request')
    const json = await fixture.request('POST', `/api/threads/${session.thread.id}/files`, {
      body: { file: 'x' },
      headers: bearer(session.accessToken),
    })
    assert.equal(json.body.code, 'invalid-request')
  })

  it('go out in the thread they were uploaded to, by their uploader, and to nobody else', async () => {
    const mine = await fixture.visit()
    const other = await fixture.visit()
    const { body } = await upload(mine, 'note.txt', Buffer.from('mine'))
    const socket = fixture.connect({ token: other.accessToken })
    const send = { threadId: other.thread.id, clientMessageId: 'client-01', fileIds: [body.id] }
    await assert.rejects(socket.ask('chat.send', send), { message: 'not-found' })
    assert.equal((await download(body.id, bearer(other.accessToken))).status, 404)
    const [agent, manager] = await Promise.all([fixture.staff('agent'), fixture.staff('manager')])
    assert.equal((await download(body.id, { cookie: agent.cookie })).status, 404)
    assert.equal((await download(body.id, { cookie: manager.cookie })).status, 200)
    await fixture.conversations.agentJoined(mine.conversation.id, agent.member.party)
    assert.equal((await download(body.id, { cookie: agent.cookie })).status, 200)
    const desk = fixture.connect({ cookie: agent.cookie })
    const stolen = { threadId: mine.thread.id, clientMessageId: 'client-02', fileIds: [body.id] }
    await assert.rejects(desk.ask('chat.send', stolen), { message: 'not-found' })
    socket.close()
    desk.close()
  })

  it('vanish with the message that is deleted', async () => {
    const session = await fixture.visit()
    const { body } = await upload(session, 'secret.txt', Buffer.from('secret'))
    const socket = fixture.connect({ token: session.accessToken })
    const { threadId } = { threadId: session.thread.id }
    const { message } = await socket.ask('chat.send', {
      threadId,
      clientMessageId: 'client-01',
      fileIds: [body.id],
    })
    const before = stored().length
    await socket.ask('chat.delete', { threadId, messageId: message.id })
    assert.equal(stored().length, before - 1)
    assert.equal((await download(body.id, bearer(session.accessToken))).status, 404)
    socket.close()
  })

  it('that nobody sent are gone after a day, and those that were sent stay', async () => {
    const session = await fixture.visit()
    const [sent, unsent] = [
      (await upload(session, 'sent.png', png)).body,
      (await upload(session, 'unsent.png', png)).body,
    ]
    const socket = fixture.connect({ token: session.accessToken })
    const send = (fileId: string, clientMessageId: string) =>
      socket.ask('chat.send', { threadId: session.thread.id, clientMessageId, fileIds: [fileId] })
    await send(sent.id, 'client-51')
    const onDisk = (id: string) => stored().some(path => path.endsWith(id))
    const sweep = async () => {
      for (const task of fixture.chatTasks) while ((await task.batch()) > 0);
    }

    fixture.advance(23.5 * 3_600_000)
    await sweep()
    assert.deepEqual([onDisk(sent.id), onDisk(unsent.id)], [true, true])
    await assert.rejects(send(unsent.id, 'client-52'), /not-found/)

    fixture.advance(3_600_000)
    await sweep()
    assert.deepEqual([onDisk(sent.id), onDisk(unsent.id)], [true, false])
    socket.close()
  })
})
