import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_SOUND_BYTES } from '@guichet/contract'
import { createWavCheck } from './wav.check.ts'

type Shape = {
  coding?: number
  channels?: number
  rate?: number
  bits?: number
  /** Bytes of sound that are there, and that are announced when it is not as many. */
  bytes?: number
  announced?: number
  before?: Buffer
  after?: Buffer
  extension?: Buffer
}

const part = (name: string, body: Buffer, length = body.length) => {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
}

function wav(shape: Shape = {}): Buffer {
  const { coding = 1, channels = 1, rate = 8_000, bits = 16, bytes = 16_000, announced = bytes } = shape
  const format = Buffer.alloc(16)
  format.writeUInt16LE(coding, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(rate, 4)
  format.writeUInt16LE(bits, 14)
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    part('fmt ', Buffer.concat([format, shape.extension ?? Buffer.alloc(0)])),
    shape.before ?? Buffer.alloc(0),
    part('data', Buffer.alloc(bytes), announced),
    shape.after ?? Buffer.alloc(0),
  ])
  return part('RIFF', body)
}

/** What becomes of a file that arrives in pieces of so many bytes. */
function judge(file: Buffer, piece = file.length): string | number {
  const check = createWavCheck()
  try {
    for (let at = 0; at < file.length; at += piece) check.push(file.subarray(at, at + piece))
    const { durationMs, sizeBytes } = check.end()
    assert.equal(sizeBytes, file.length)
    return durationMs
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** Format of the sound within an extensible one. */
const subformat = (coding: number) => {
  const bytes = Buffer.alloc(24)
  bytes.writeUInt16LE(22, 0)
  bytes.writeUInt16LE(coding, 8)
  return bytes
}

const rows: [what: string, file: Buffer, result: string | number][] = [
  ['one second of telephone sound', wav(), 1_000],
  ['stereo of 24 bits', wav({ channels: 2, bits: 24, rate: 48_000, bytes: 288_000 }), 1_000],
  ['8 bits', wav({ bits: 8, bytes: 4_000 }), 500],
  ['float', wav({ coding: 3, bits: 32, rate: 44_100, bytes: 44_100 * 4 }), 1_000],
  ['extensible PCM', wav({ coding: 0xfffe, extension: subformat(1) }), 1_000],
  [
    'notes of odd length before and after',
    wav({ before: part('LIST', Buffer.alloc(4_001)), after: part('id3 ', Buffer.alloc(99)) }),
    1_000,
  ],
  ['a length left open by a pipe', wav({ announced: 0xffff_ffff }), 1_000],
  ['a length of zero', wav({ announced: 0 }), 'not-a-sound'],
  ['a length beyond the end', wav({ announced: 30_000 }), 1_000],
  ['ten minutes', wav({ bytes: 600 * 16_000 }), 600_000],
  ['a little more than ten minutes', wav({ bytes: 600 * 16_000 + 160 }), 'sound-too-long'],
  [
    'more than ten minutes without a length',
    wav({ bytes: 601 * 16_000, announced: 0xffff_ffff }),
    'sound-too-long',
  ],
  ['more than 20 MB', wav({ rate: 96_000, bytes: MAX_SOUND_BYTES }), 'sound-too-big'],
  ['MP3 within WAV', wav({ coding: 85 }), 'unsupported-sound'],
  ['A-law', wav({ coding: 6, bits: 8 }), 'unsupported-sound'],
  ['extensible A-law', wav({ coding: 0xfffe, extension: subformat(6) }), 'unsupported-sound'],
  ['double precision', wav({ coding: 3, bits: 64 }), 'unsupported-sound'],
  ['12 bits', wav({ bits: 12 }), 'unsupported-sound'],
  ['no channel', wav({ channels: 0 }), 'unsupported-sound'],
  ['nine channels', wav({ channels: 9 }), 'unsupported-sound'],
  ['a rate of nothing', wav({ rate: 0 }), 'unsupported-sound'],
  ['an empty file', Buffer.alloc(0), 'not-a-sound'],
  ['an MP3', Buffer.concat([Buffer.from('ID3\u0004'), Buffer.alloc(500)]), 'not-a-sound'],
  [
    'a picture that calls itself RIFF',
    Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8 '), Buffer.alloc(99)]),
    'not-a-sound',
  ],
  ['a head without a sound', wav().subarray(0, 36), 'not-a-sound'],
  ['a sound without a sample', wav({ bytes: 0, announced: 1 }), 'not-a-sound'],
  [
    'sound before format',
    part('RIFF', Buffer.concat([Buffer.from('WAVE'), part('data', Buffer.alloc(99))])),
    'not-a-sound',
  ],
  [
    'a format part of 4 GB',
    part('RIFF', Buffer.concat([Buffer.from('WAVE'), part('fmt ', Buffer.alloc(99), 0xffff_fff0)])),
    'not-a-sound',
  ],
  ['a note that never ends', wav({ before: part('LIST', Buffer.alloc(3), 0xffff_fff0) }), 'not-a-sound'],
]

describe('a WAV file', () => {
  for (const [what, file, result] of rows) it(`${what}: ${result}`, () => assert.equal(judge(file), result))

  it('is judged alike however it is cut', () => {
    for (const [what, file, result] of rows.filter(([, file]) => file.length < 100_000))
      for (const piece of [1, 7, 13, 1_000]) assert.equal(judge(file, piece), result, `${what} by ${piece}`)
  })

  it('is refused before the rest of it arrives', () => {
    const check = createWavCheck()
    assert.throws(() => check.push(wav({ coding: 85 }).subarray(0, 60)), { code: 'unsupported-sound' })
    const long = createWavCheck()
    assert.throws(() => long.push(wav({ bytes: 601 * 16_000 }).subarray(0, 60)), { code: 'sound-too-long' })
  })
})
