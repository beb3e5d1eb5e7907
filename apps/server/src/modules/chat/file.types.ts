import { fileTypeFromBuffer } from 'file-type'

/** What the bytes of a file turned out to be. */
export type FileKind = { contentType: string; extension: string; isImage: boolean }

/** Everything that may be attached; pictures in this list are safe to show inline. */
const allowed: Record<string, { extensions: string[]; isImage?: true }> = {
  'image/png': { extensions: ['png'], isImage: true },
  'image/jpeg': { extensions: ['jpg', 'jpeg'], isImage: true },
  'image/gif': { extensions: ['gif'], isImage: true },
  'image/webp': { extensions: ['webp'], isImage: true },
  'image/avif': { extensions: ['avif'], isImage: true },
  'image/heic': { extensions: ['heic'] },
  'application/pdf': { extensions: ['pdf'] },
  'application/zip': { extensions: ['zip'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { extensions: ['docx'] },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { extensions: ['xlsx'] },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': { extensions: ['pptx'] },
  'application/vnd.oasis.opendocument.text': { extensions: ['odt'] },
  'application/vnd.oasis.opendocument.spreadsheet': { extensions: ['ods'] },
  'audio/mpeg': { extensions: ['mp3'] },
  'audio/wav': { extensions: ['wav'] },
  'audio/ogg': { extensions: ['ogg', 'oga', 'opus'] },
  'audio/mp4': { extensions: ['m4a'] },
  'audio/x-m4a': { extensions: ['m4a'] },
  'video/mp4': { extensions: ['mp4', 'm4v'] },
  'video/webm': { extensions: ['webm'] },
  'video/quicktime': { extensions: ['mov'] },
}

/** Spellings that the detector uses for the same thing. */
const synonyms: Record<string, string> = {
  'audio/vnd.wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
}

const textExtensions = ['txt', 'csv', 'log', 'md']
/** Control characters other than tab and ends of lines. */
const CONTROLS = /[^\P{Cc}\t\n\r]/u

/** Tells what a file is by its bytes, never by its name; null for what may not be attached. */
export async function detectFileKind(bytes: Uint8Array): Promise<FileKind | null> {
  const detected = await fileTypeFromBuffer(bytes).catch(() => undefined)
  if (detected === undefined) return isPlainText(bytes) ? textKind : null
  const contentType = synonyms[detected.mime] ?? detected.mime
  const entry = allowed[contentType]
  if (entry === undefined) return null
  return { contentType, extension: entry.extensions[0] as string, isImage: entry.isImage === true }
}

const textKind: FileKind = { contentType: 'text/plain', extension: 'txt', isImage: false }

/** UTF-8 without control characters. HTML and SVG pass as what they are to us: plain text, only ever downloaded. */
function isPlainText(bytes: Uint8Array): boolean {
  try {
    return !CONTROLS.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return false
  }
}

/** Longest file name kept, in UTF-16 units. */
const MAX_NAME_LENGTH = 120
/** Path separators, characters that shells, HTML or Windows read otherwise, and every control or format character. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\\/:*?"<>|]/gu
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A name that is safe on every screen and disk, ending as its content demands. */
export function safeFileName(name: string, kind: FileKind): string {
  const cleaned = name
    .toWellFormed()
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(UNSAFE, '')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const base =
    cleaned === undefined || cleaned === '' || reserved.test(cleaned) ? `file-${cleaned ?? ''}` : cleaned
  const extensions =
    kind.contentType === 'text/plain' ? textExtensions : (allowed[kind.contentType]?.extensions ?? [])
  const dot = base.lastIndexOf('.')
  const given = dot === -1 ? '' : base.slice(dot + 1).toLowerCase()
  const fits = extensions.includes(given)
  const stem = (fits ? base.slice(0, dot) : base).replace(/-$/, '').slice(0, MAX_NAME_LENGTH).toWellFormed()
  return `${stem === '' ? 'file' : stem}.${fits ? given : kind.extension}`
}
