import type { ProblemError } from '@guichet/client'
import { catalogues, type TextKey, type Translate } from '../i18n/catalogue.ts'

type ProblemKey = Extract<TextKey, `problem.${string}`>

const clientCodes: Readonly<Record<string, ProblemKey>> = {
  offline: 'problem.unavailable',
  timeout: 'problem.unavailable',
  aborted: 'problem.unavailable',
  'unreadable-answer': 'problem.internal',
}

/** What a problem means and what to do, in the reader's words; a code newer than this console is told as internal. */
export const explainProblem = (t: Translate, problem: Pick<ProblemError, 'code'>): string => {
  const key = clientCodes[problem.code] ?? (`problem.${problem.code}` as ProblemKey)
  return t(key in catalogues.en ? key : 'problem.internal')
}
