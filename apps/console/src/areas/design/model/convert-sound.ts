import { encodeWav, rateFor, SoundFileError } from './sound-file.ts'

/** Files larger than this are not even read: decoded, they would fill the memory. */
const MAX_READ_BYTES = 120 * 1024 * 1024
const DECODED_RATE = 48_000

/**
 * Makes of any sound that the browser can decode a mono WAV file that the server takes.
 * @throws SoundFileError
 */
export const convertSound = async (file: Blob): Promise<Blob> => {
  if (file.size > MAX_READ_BYTES) throw new SoundFileError('sound-too-big')
  const decoded = await new OfflineAudioContext(1, 1, DECODED_RATE)
    .decodeAudioData(await file.arrayBuffer())
    .catch(() => null)
  if (decoded === null || decoded.length === 0) throw new SoundFileError('not-a-sound')
  const rate = rateFor(decoded.duration)
  const mixer = new OfflineAudioContext(1, Math.ceil(decoded.duration * rate), rate)
  const source = mixer.createBufferSource()
  source.buffer = decoded
  source.connect(mixer.destination)
  source.start()
  const mixed = await mixer.startRendering()
  return new Blob([encodeWav(mixed.getChannelData(0), rate)], { type: 'audio/wav' })
}
