import ndc, { cleanup, type PeerConnection, type Track } from 'node-datachannel'

/** The sound of somebody without a browser: a peer connection that sends silence. */
export type Voice = {
  /** A new peer connection's offer; the one before it is closed. */
  offer(): string
  /** Resolves when packets may flow. */
  connect(sdpAnswer: string): Promise<void>
  close(): void
}

/** One frame of silence of 20 ms. @source RFC 6716 §3.1: configuration 31, one frame */
const silence = Buffer.from([0xf8, 0xff, 0xfe])
/** Often enough not to be taken for gone, and cheap for a crowd. */
const SEND_EVERY_MS = 100
const SAMPLES_PER_MS = 48
const OPUS = 111

/** Native code may still speak of a closed connection: its objects must outlive that, or Node aborts. */
const closed: { connection: PeerConnection; track: Track }[] = []

let voices = 0

/** A voice that says nothing until it is offered. */
export function createVoice(): Voice {
  const ssrc = 700_000 + ++voices
  let current: { connection: PeerConnection; track: Track; opened: Promise<void> } | null = null
  let timer: NodeJS.Timeout | undefined
  let sequence = 0

  function drop(): void {
    clearInterval(timer)
    if (current === null) return
    const { connection, track } = current
    current = null
    closed.push({ connection, track })
    track.close()
    connection.close()
  }

  function packet(): Buffer {
    sequence = (sequence + 1) & 0xffff
    const header = Buffer.alloc(12)
    header[0] = 0x80
    header[1] = OPUS
    header.writeUInt16BE(sequence, 2)
    header.writeUInt32BE((sequence * SEND_EVERY_MS * SAMPLES_PER_MS) >>> 0, 4)
    header.writeUInt32BE(ssrc, 8)
    return Buffer.concat([header, silence])
  }

  return {
    offer() {
      drop()
      const connection = new ndc.PeerConnection(`voice-${ssrc}`, {
        iceServers: [],
        disableAutoNegotiation: true,
        bindAddress: '127.0.0.1',
      })
      const audio = new ndc.Audio('0', 'SendRecv')
      audio.addOpusCodec(OPUS)
      audio.addSSRC(ssrc, `voice-${ssrc}`, `voice-${ssrc}`, 'voice')
      const track = connection.addTrack(audio)
      const opened = new Promise<void>(resolve => track.onOpen(resolve))
      connection.setLocalDescription('offer')
      current = { connection, track, opened }
      return connection.localDescription()?.sdp ?? ''
    },
    async connect(sdpAnswer) {
      if (current === null) return
      const { connection, track, opened } = current
      connection.setRemoteDescription(sdpAnswer, 'answer')
      await opened
      if (current?.track !== track) return
      timer = setInterval(() => {
        if (track.isOpen()) track.sendMessageBinary(packet())
      }, SEND_EVERY_MS)
    },
    close: drop,
  }
}

/** Lets go of native threads once every closed voice is gone; without it the process does not end. */
export async function endVoices(): Promise<void> {
  while (closed.some(({ connection }) => connection.state() !== 'closed'))
    await new Promise(resolve => setTimeout(resolve, 20))
  cleanup()
}
