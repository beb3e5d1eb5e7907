/** An offer as Chrome 156 writes it, shortened to the lines that carry meaning; `parts` chooses its sections. */
export function chromeOffer(
  parts: readonly ('audio' | 'camera' | 'screen')[] = ['audio', 'camera', 'screen'],
): string {
  const transport = [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=ice-ufrag:XAr/',
    'a=ice-pwd:yDzqzP0oc+rvASbnR6IdxwDT',
    'a=ice-options:trickle',
    'a=fingerprint:sha-256 03:B1:68:16:24:2A:3F:EB:6A:2F:EF:09:D7:FF:BC:AC:96:34:D2:8B:A4:F7:54:72:8D:1A:9F:D3:87:65:DF:47',
    'a=setup:actpass',
  ]
  const common = ['a=sendrecv', 'a=rtcp-mux', 'a=rtcp-rsize']
  const audio = (mid: number) => [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
    ...transport,
    `a=mid:${mid}`,
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    ...common,
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    'a=ssrc:1477418386 cname:cH7I4dFeTWG2mDRm',
  ]
  const video = (mid: number) => [
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103',
    ...transport,
    `a=mid:${mid}`,
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:13 urn:3gpp:video-orientation',
    ...common,
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 goog-remb',
    'a=rtcp-fb:96 transport-cc',
    'a=rtcp-fb:96 nack pli',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:102 H264/90000',
    'a=rtpmap:103 rtx/90000',
    'a=fmtp:103 apt=102',
    `a=ssrc-group:FID ${1_000 + mid} ${2_000 + mid}`,
    `a=ssrc:${1_000 + mid} cname:cH7I4dFeTWG2mDRm`,
    `a=ssrc:${2_000 + mid} cname:cH7I4dFeTWG2mDRm`,
  ]
  return [
    'v=0',
    'o=- 598272959292862484 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${parts.map((_, mid) => mid).join(' ')}`,
    ...parts.flatMap((part, mid) => (part === 'audio' ? audio(mid) : video(mid))),
    '',
  ].join('\r\n')
}
