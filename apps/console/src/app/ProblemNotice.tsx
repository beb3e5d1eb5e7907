import type { ProblemError } from '@guichet/client'
import { ErrorState } from '@guichet/ui'
import { useI18n } from '../i18n/I18nProvider.tsx'
import { explainProblem } from './problem.text.ts'

/** A problem as the person needs it: what, what to do, and the reference to quote. */
export const ProblemNotice = (props: { problem: ProblemError; title?: string; retry?: () => void }) => {
  const { t } = useI18n()
  const { problem, retry } = props
  const words = explainProblem(t, problem)
  const wrong = problem.errors.map(error => error.message).join(' ')
  return (
    <ErrorState
      title={props.title ?? words}
      detail={[props.title ? words : '', wrong].filter(part => part !== '').join(' ')}
      {...(problem.reference ? { reference: `${t('common.reference')} ${problem.reference}` } : {})}
      {...(retry ? { retry: { label: t('common.retry'), run: retry } } : {})}
    />
  )
}
