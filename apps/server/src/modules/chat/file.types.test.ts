import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { detectFileKind, type FileKind, safeFileName } from './file.types.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const pngKind: FileKind = { contentType: 'image/png', extension: 'png', isImage: true }
const textKind: FileKind = { contentType: 'text/plain', extension: 'txt', isImage: false }

const contents: [what: string, bytes: Uint8Array, contentType: string | null][] = [
  ['a picture', png, 'image/png'],
  ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n'), 'application/pdf'],
  ['UTF-8 text', Buffer.from('Bonjour, ça va ?\r\n\tOui.'), 'text/plain'],
  ['HTML, which is text to us', Buffer.from('<!doctype html><script>alert(1)</script>'), 'text/plain'],
  ['a zip with one file', zipOf('hello.txt'), 'application/zip'],
  [
    'SVG with an XML head',
    Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    null,
  ],
  ['a Windows program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), null],
  [
    'a Linux program',
    Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(200)]),
    null,
  ],
  ['a shell script with control characters', Buffer.from('#!/bin/sh\n\u0007rm -rf /'), null],
  ['Latin-1 text', Buffer.from('caf\xe9', 'latin1'), null],
  ['noise', Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 9, 9, 9, 9]), null],
  ['a cut PNG head', png.subarray(0, 5), null],
]

const names: [given: string, kind: FileKind, kept: string][] = [
  ['holiday.png', pngKind, 'holiday.png'],
  ['HOLIDAY.PNG', pngKind, 'HOLIDAY.png'],
  ['../../etc/passwd', textKind, 'passwd.txt'],
  ['..\\..\\boot.ini', textKind, 'boot.ini.txt'],
  ['a/b/c/.hidden', textKind, 'hidden.txt'],
  ['page.html', textKind, 'page.html.txt'],
  ['photo.png.exe', pngKind, 'photo.png.exe.png'],
  ['<script>alert(1)</script>.png', pngKind, 'script.png'],
  ['"><img src=x onerror=alert(1)>.png', pngKind, 'img src=x onerror=alert(1).png'],
  ['line\r\nSet-Cookie: a=b.txt', textKind, 'lineSet-Cookie a=b.txt'],
  ['evil\u202egnp.exe', pngKind, 'evilgnp.exe.png'],
  ['nul\u0000byte.txt', textKind, 'nulbyte.txt'],
  ['CON', textKind, 'file-CON.txt'],
  ['été à l’œuvre 日本.txt', textKind, 'été à l’œuvre 日本.txt'],
  ['\ud800half.txt', textKind, '\ufffdhalf.txt'],
  ['', textKind, 'file.txt'],
  ['....', textKind, 'file.txt'],
  ['data.csv', textKind, 'data.csv'],
]

describe('kind of a file', () => {
  for (const [what, bytes, contentType] of contents) {
    it(`${what}: ${contentType ?? 'refused'}`, async () =>
      assert.equal((await detectFileKind(bytes))?.contentType ?? null, contentType))
  }
})

describe('name of a file', () => {
  for (const [given, kind, kept] of names) {
    it(JSON.stringify(given), () => assert.equal(safeFileName(given, kind), kept))
  }
  it('is never longer than a disk can bear', () => {
    assert.ok(safeFileName(`${'x'.repeat(5_000)}.png`, pngKind).length <= 130)
  })
})

/** A zip archive of one deflated file. @source PKWARE APPNOTE 4.3 */
function zipOf(name: string): Buffer {
  const data = deflateRawSync(Buffer.from('hello'))
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(20, 4)
  head.writeUInt16LE(8, 8)
  head.writeUInt32LE(data.length, 18)
  head.writeUInt32LE(5, 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, Buffer.from(name), data])
}
