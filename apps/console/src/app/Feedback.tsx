import {
  Link,
  Toast,
  ToastBody,
  Toaster,
  ToastTitle,
  ToastTrigger,
  useId,
  useToastController,
} from '@fluentui/react-components'
import { toProblem } from '@guichet/client'
import { SoftphoneError } from '@guichet/softphone'
import { createContext, type ReactNode, useCallback, useContext } from 'react'
import { useI18n } from '../i18n/I18nProvider.tsx'
import { explainFailure } from './failure.text.ts'

type News = {
  text: string
  intent?: 'success' | 'info' | 'warning' | 'error'
  detail?: string
  /** One act on the news, such as undoing. */
  action?: { label: string; run: () => void }
}
type Feedback = { tell: (news: News) => void; fail: (error: unknown) => void }

const FeedbackContext = createContext<Feedback>({ tell: () => undefined, fail: () => undefined })

/** Short news at the edge of the screen, for what the person just did; lasting states are shown in their place. */
export const FeedbackProvider = (props: { children: ReactNode }) => {
  const toasterId = useId('feedback')
  const { dispatchToast } = useToastController(toasterId)
  const { t } = useI18n()

  const tell = useCallback(
    ({ text, detail, action, intent = 'info' }: News) =>
      dispatchToast(
        <Toast>
          <ToastTitle
            {...(action
              ? {
                  action: (
                    <ToastTrigger>
                      <Link as="button" onClick={action.run}>
                        {action.label}
                      </Link>
                    </ToastTrigger>
                  ),
                }
              : {})}
          >
            {text}
          </ToastTitle>
          {detail && <ToastBody>{detail}</ToastBody>}
        </Toast>,
        { intent, timeout: intent === 'error' || action ? 8_000 : 3_500, pauseOnHover: true },
      ),
    [dispatchToast],
  )
  const fail = useCallback(
    (error: unknown) => {
      const failure = error instanceof SoftphoneError ? error : toProblem(error)
      if (failure.code === 'aborted' || failure.code === 'cancelled') return
      const reference = 'reference' in failure ? failure.reference : undefined
      tell({
        intent: 'error',
        text: explainFailure(t, failure),
        ...(reference ? { detail: `${t('common.reference')} ${reference}` } : {}),
      })
    },
    [tell, t],
  )

  return (
    <FeedbackContext value={{ tell, fail }}>
      {props.children}
      <Toaster toasterId={toasterId} position="bottom-end" limit={4} />
    </FeedbackContext>
  )
}

/** Tells the person what came of what they did. */
export const useFeedback = (): Feedback => useContext(FeedbackContext)
