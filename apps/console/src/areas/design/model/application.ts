import type { ApplicationView } from '@guichet/contract'
import {
  type CallQueueApplication,
  type FlowProblem,
  type LocalizedText,
  type MenuOption,
  type Prompt,
  Tone,
  VoiceApplication,
  validateApplication,
} from '@guichet/domain/flow'

export type Language = VoiceApplication['languages'][number]

/** A problem to solve, at a dotted path of the document. */
export type DraftProblem = Pick<FlowProblem, 'path' | 'message'>

/** The document of a stored application; null when a newer server wrote what this console cannot read. */
export const readDocument = (application: Pick<ApplicationView, 'document'>): VoiceApplication | null => {
  const parsed = VoiceApplication.safeParse(application.document)
  return parsed.success ? parsed.data : null
}

/**
 * Everything to solve in a draft, judged by the server's own rules among all applications; files are not judged
 * while the library is not known.
 */
export const findProblems = (
  draft: VoiceApplication,
  applications: readonly VoiceApplication[],
  queueIds: readonly string[],
  fileIds?: readonly string[],
): DraftProblem[] => {
  const parsed = VoiceApplication.safeParse(draft)
  if (!parsed.success)
    return parsed.error.issues.map(issue => ({
      path: issue.path.join('.'),
      message: { en: issue.message, fr: issue.message },
    }))
  return validateApplication(parsed.data, applications, {
    queueIds: new Set(queueIds),
    ...(fileIds ? { fileIds: new Set(fileIds) } : {}),
  })
}

type FilePrompt = Extract<Prompt, { kind: 'file' }>

/** Words of a prompt: those that are spoken, or that are said in a file. */
export const textPrompt = (prompt: Prompt): LocalizedText =>
  prompt.kind === 'none' ? {} : (prompt.text ?? {})

/** The prompt that plays a file, in which these words are said. */
export const filePrompt = (fileId: FilePrompt['fileId'], text: LocalizedText): FilePrompt =>
  promptOf(text).kind === 'none' ? { kind: 'file', fileId } : { kind: 'file', fileId, text }

/** The prompt of these words; none when they are all empty. */
export const promptOf = (text: LocalizedText): Prompt =>
  Object.values(text).some(words => words !== undefined && words.trim() !== '')
    ? { kind: 'text', text }
    : { kind: 'none' }

/** One language's words in a text; empty words leave it out. */
export const withWords = (text: LocalizedText, language: Language, words: string): LocalizedText => {
  const { [language]: _before, ...rest } = text
  return words === '' ? rest : { ...rest, [language]: words }
}

/** The first key that no option uses; undefined when all twelve are taken. */
export const freeTone = (options: readonly Pick<MenuOption, 'tone'>[]): Tone | undefined =>
  (['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const).find(
    tone => !options.some(option => option.tone === tone),
  )

/** The three exceptions of a queue, in the order of the form. */
export const exceptions = [
  'overflow',
  'timeout',
  'noAgents',
] as const satisfies readonly (keyof CallQueueApplication)[]

/** Every key, in the order of a telephone. */
export const tones = Tone.options
