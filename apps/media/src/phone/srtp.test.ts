import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { describe, it } from 'node:test'
import { writeReceiverReport } from '../rtp/rtcp-write.ts'
import { buildPacket } from '../rtp/rtp-packet.ts'
import { createSrtpReceiver, createSrtpSender } from './srtp.ts'
import {
  type CryptoSuite,
  cryptoSuites,
  deriveKeys,
  newCryptoLine,
  readCryptoLines,
  writeCryptoLine,
} from './srtp-keys.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const sound = (sequence: number, fill = 7) =>
  buildPacket(
    { payloadType: 8, marker: false, sequence, timestamp: sequence * 160, ssrc: 0xcafe_f00d },
    new Uint8Array(160).fill(fill),
  )

describe('SRTP keys', () => {
  it('derives the session keys of RFC 3711 B.3', () => {
    const keys = deriveKeys(
      hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
      hex('0EC675AD498AFEEBB6960B3AABE6'),
      'rtp',
    )
    assert.deepEqual(keys.cipherKey, hex('C61E7A93744F39EE10734AFE3FF7A087'))
    assert.deepEqual(keys.salt, hex('30CBBC08863D8C85D49DB34A9AE1'))
    assert.deepEqual(keys.authKey, hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'))
  })

  it('makes the key stream of RFC 3711 B.2', () => {
    const cipher = createCipheriv(
      'aes-128-ctr',
      hex('2B7E151628AED2A6ABF7158809CF4F3C'),
      hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000'),
    )
    assert.deepEqual(cipher.update(Buffer.alloc(16)), hex('E03EAD0935C95E80E166B16DD92B4EB4'))
  })

  it('reads the crypto lines it can use and leaves the others out', () => {
    const inline = 'inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
    const lines = readCryptoLines([
      `1 AES_CM_128_HMAC_SHA1_80 ${inline}|2^20`,
      `2 AES_CM_128_HMAC_SHA1_32 ${inline}`,
      `3 AES_256_CM_HMAC_SHA1_80 ${inline}`,
      `4 AES_CM_128_HMAC_SHA1_80 ${inline}|2^20|1:4`,
      `5 AES_CM_128_HMAC_SHA1_80 ${inline} UNENCRYPTED_SRTP`,
      '6 AES_CM_128_HMAC_SHA1_80 inline:short',
      'nonsense',
    ])
    assert.deepEqual(
      lines.map(({ tag, suite }) => [tag, suite]),
      [
        [1, 'AES_CM_128_HMAC_SHA1_80'],
        [2, 'AES_CM_128_HMAC_SHA1_32'],
      ],
    )
    const line = newCryptoLine(3, 'AES_CM_128_HMAC_SHA1_80')
    assert.deepEqual(readCryptoLines([writeCryptoLine(line)]), [line])
  })
})

describe('SRTP', () => {
  for (const suite of cryptoSuites as readonly CryptoSuite[]) {
    it(`carries sound and reports with ${suite}`, () => {
      const line = newCryptoLine(1, suite)
      const sender = createSrtpSender(line)
      const receiver = createSrtpReceiver(line)
      const packet = sound(1)
      const safe = sender.protectRtp(packet)
      assert.equal(safe.length, packet.length + (suite.endsWith('80') ? 10 : 4))
      assert.notDeepEqual(safe.subarray(12, 172), packet.subarray(12))
      assert.deepEqual(receiver.openRtp(Buffer.from(safe)), packet)
      const report = writeReceiverReport(5, [])
      const safeReport = sender.protectRtcp(report)
      assert.deepEqual(receiver.openRtcp(Buffer.from(safeReport)), report)
      assert.equal(receiver.openRtcp(Buffer.from(safeReport)), undefined, 'a repeated report is refused')
    })
  }

  it('refuses repeats, forgeries and another key, and is not upset by them', () => {
    const line = newCryptoLine(1, 'AES_CM_128_HMAC_SHA1_80')
    const sender = createSrtpSender(line)
    const receiver = createSrtpReceiver(line)
    const safe = sender.protectRtp(sound(10))
    assert.ok(receiver.openRtp(Buffer.from(safe)))
    assert.equal(receiver.openRtp(Buffer.from(safe)), undefined)
    for (let at = 0; at < safe.length; at += 5) {
      const forged = sender.protectRtp(sound(11))
      forged[at] = (forged[at] as number) ^ 1
      assert.equal(receiver.openRtp(forged), undefined, `byte ${at} changed`)
    }
    const stranger = createSrtpSender(newCryptoLine(1, 'AES_CM_128_HMAC_SHA1_80'))
    assert.equal(receiver.openRtp(stranger.protectRtp(sound(50_000))), undefined)
    for (let length = 0; length < 30; length++)
      assert.equal(receiver.openRtp(Buffer.alloc(length, 0x80)), undefined)
    assert.deepEqual(receiver.openRtp(sender.protectRtp(sound(12))), sound(12))
  })

  it('goes on across the wrap of sequence numbers, with packets out of order and lost', () => {
    const line = newCryptoLine(1, 'AES_CM_128_HMAC_SHA1_32')
    const sender = createSrtpSender(line)
    const receiver = createSrtpReceiver(line)
    const numbers = Array.from({ length: 70_000 }, (_, i) => (65_000 + i) & 0xffff)
    let opened = 0
    for (let i = 0; i < 1_200; i++) {
      const safe = sender.protectRtp(sound(numbers[i] as number))
      if (i % 7 === 3) continue
      if (receiver.openRtp(safe)) opened++
    }
    assert.equal(opened, 1_200 - Math.ceil((1_200 - 3) / 7))
    const [a, b] = [
      sender.protectRtp(sound(numbers[1_200] as number)),
      sender.protectRtp(sound(numbers[1_201] as number)),
    ]
    assert.ok(receiver.openRtp(b))
    assert.ok(receiver.openRtp(a), 'the older of two that changed places')
  })

  it('counts a packet sent late, from before the wrap, with the wrap before', () => {
    const line = newCryptoLine(1, 'AES_CM_128_HMAC_SHA1_80')
    const sender = createSrtpSender(line)
    const receiver = createSrtpReceiver(line)
    for (const sequence of [65_534, 0, 65_535, 1]) {
      assert.deepEqual(receiver.openRtp(sender.protectRtp(sound(sequence))), sound(sequence))
    }
  })
})
