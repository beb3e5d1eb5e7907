import { chromeOffer } from '../../apps/media/src/testing/offers.ts'

const whole = chromeOffer()
const replace = (pattern: string | RegExp, by: string) => whole.replace(pattern, by)
const section = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:9\r\n'

/** Offers that no browser makes, by what is wrong; refused at the door, or by the media process. */
export const brokenOffers: readonly (readonly [name: string, sdp: unknown])[] = [
  ['nothing', ''],
  ['no text', { v: 0 }],
  ['words', 'v=0 I would like to speak to somebody'],
  ['an end at once', 'v=0\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n'],
  ['another protocol', 'INVITE sip:x@localhost SIP/2.0\r\n\r\n'],
  ['64 kB and one', `v=0${'x'.repeat(65_534)}`],
  ['64 kB of lines', `v=0\r\n${'a=x\r\n'.repeat(13_000)}`],
  ['64 kB in one line', `v=0\r\na=${'x'.repeat(65_500)}`],
  ['hundreds of sections', `${whole}${'m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'.repeat(900)}`],
  ['one section too many', `${whole}${section}${section}`],
  ['sections without end', `v=0\r\n${'m='.repeat(20_000)}`],
  ['control characters', replace(/a=/g, 'a=\u0001\u0002\u001b[2J\u007f')],
  ['a NUL', replace('ice-ufrag:XAr/', 'ice-ufrag:X\0\0 r/')],
  ['half a character', replace('ice-ufrag:XAr/', 'ice-ufrag:\ud800')],
  ['a negative port', replace('m=audio 9', 'm=audio -9')],
  ['a port beyond all ports', replace('m=audio 9', 'm=audio 4294967305')],
  ['no fingerprint', whole.replaceAll(/a=fingerprint.*\r\n/g, '')],
  ['a short fingerprint', whole.replaceAll(/(a=fingerprint:sha-256 03:B1).*\r\n/g, '$1\r\n')],
  ['a fingerprint of letters', whole.replaceAll('03:B1', 'ZZ:ZZ')],
  ['a fingerprint by nobody', whole.replaceAll('fingerprint:sha-256', 'fingerprint:md5')],
  ['a password of one letter', whole.replaceAll('yDzqzP0oc+rvASbnR6IdxwDT', 'y')],
  ['a password of 60 kB', replace('yDzqzP0oc+rvASbnR6IdxwDT', 'y'.repeat(60_000))],
  ['a format for printf', whole.replaceAll('XAr/', '%s%n%x%n')],
  ['an unknown set-up', whole.replaceAll('setup:actpass', 'setup:holdconn')],
  ['the same section twice', whole.replaceAll('a=mid:1', 'a=mid:0')],
  ['a section named like a path', whole.replaceAll('a=mid:0', 'a=mid:../../../etc')],
  ['no codec that we speak', whole.replaceAll('opus', 'g729')],
  ['a type beyond all types', whole.replaceAll('rtpmap:111', 'rtpmap:99999999999999999999')],
  ['no bundle', replace(/a=group.*\r\n/, 'a=group:BUNDLE 7 8 9\r\n')],
]

/** An offer damaged in a few places; the same seed gives the same damage. */
export function damage(seed: number): string {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
  random()
  let sdp = whole
  for (let change = 0; change < 1 + random() * 4; change++) {
    const at = Math.floor(random() * sdp.length)
    const junk = Array.from({ length: random() * 5 }, () => String.fromCharCode(random() * 128)).join('')
    sdp = sdp.slice(0, at) + junk + sdp.slice(at + Math.floor(random() * 5))
  }
  return sdp
}

/** A whole offer that names an address of somebody else as its own. */
export function offerNaming(address: string, port: number): string {
  const candidate = `a=candidate:1 1 udp 2122260223 ${address} ${port} typ host\r\n`
  return whole.replaceAll('a=setup', `${candidate}a=setup`)
}
