import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makePacket } from '../testing/packets.ts'
import { createDigitReader, type Digit } from './digits.ts'

const event = (code: number, timestamp: number, duration: number, ended = false, marker = false) => {
  const payload = Buffer.from([code, ended ? 0x8a : 0x0a, 0, 0])
  payload.writeUInt16BE(duration, 2)
  return makePacket({ timestamp, marker, payloadType: 110 }, payload)
}

const press = (code: number, timestamp: number) => [
  event(code, timestamp, 960, false, true),
  event(code, timestamp, 1_920),
  event(code, timestamp, 5_760, true),
  event(code, timestamp, 5_760, true),
  event(code, timestamp, 5_760, true),
]

const read = (packets: readonly ReturnType<typeof event>[]): (Digit | undefined)[] => {
  const reader = createDigitReader(48_000, 300)
  const told = packets.map((packet, i) => reader.onPacket(packet, i * 20))
  return [...told, reader.onTime(10_000)].filter(Boolean)
}

describe('keypad digits', () => {
  it('tells a key once, with its duration', () => {
    assert.deepEqual(read(press(5, 1_000)), [{ digit: '5', durationMs: 120 }])
  })

  it('tells the same key pressed twice, twice', () => {
    assert.deepEqual(
      read([...press(11, 1_000), ...press(11, 20_000)]).map(digit => digit?.digit),
      ['#', '#'],
    )
  })

  it('knows all sixteen keys and nothing else', () => {
    const all = Array.from({ length: 20 }, (_, code) => press(code, code * 50_000)).flat()
    assert.equal(
      read(all)
        .map(digit => digit?.digit)
        .join(''),
      '0123456789*#ABCD',
    )
  })

  it('tells a key whose end packets are lost when the next begins, or after a time', () => {
    const cut = press(1, 1_000).slice(0, 2)
    assert.deepEqual(read(cut), [{ digit: '1', durationMs: 40 }])
    assert.deepEqual(
      read([...cut, ...press(2, 9_000)]).map(digit => digit?.digit),
      ['1', '2'],
    )
  })

  it('tells a key of which only an end packet arrived', () => {
    assert.deepEqual(read([event(3, 7, 4_800, true)]), [{ digit: '3', durationMs: 100 }])
    const lastOfOneFirstOfNext = [
      event(1, 1_000, 960),
      event(2, 9_000, 960, true),
      event(2, 9_000, 960, true),
    ]
    assert.deepEqual(
      read(lastOfOneFirstOfNext).map(digit => digit?.digit),
      ['1', '2'],
    )
  })

  it('is not misled by late packets of keys already told', () => {
    const [first, ...rest] = press(4, 1_000)
    assert.equal(read([...rest, first as ReturnType<typeof event>]).length, 1)
    assert.equal(read([...press(4, 1_000), ...press(6, 9_000), event(4, 1_000, 5_760, true)]).length, 2)
  })

  it('joins the segments of a key held long', () => {
    const held = [
      event(9, 1_000, 65_535),
      event(9, 1_000 + 65_535, 9_600),
      event(9, 1_000 + 65_535, 30_465, true),
    ]
    assert.deepEqual(read(held), [{ digit: '9', durationMs: 2_000 }])
  })

  it('ignores packets that are too short', () => {
    assert.deepEqual(read([makePacket({ payloadType: 110 }, Buffer.from([5, 0x80]))]), [])
  })
})
