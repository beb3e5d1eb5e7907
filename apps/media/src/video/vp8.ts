/** Whether a payload is the beginning of a VP8 key frame. @source RFC 7741 §4.2, §4.3 */
export function isKeyFrameStart(buffer: Buffer, start: number, end: number): boolean {
  if (start >= end) return false
  const first = buffer[start] as number
  // Only the first packet of the first partition carries the frame header.
  if ((first & 0x10) === 0 || (first & 0x07) !== 0) return false
  let at = start + 1
  if (first & 0x80) {
    const extended = buffer[at] ?? 0
    at++
    if (extended & 0x80) at += (buffer[at] ?? 0) & 0x80 ? 2 : 1
    if (extended & 0x40) at++
    if (extended & 0x30) at++
  }
  return at < end && ((buffer[at] as number) & 1) === 0
}
