import {
  Button,
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  Subtitle2,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import type { AssignmentView } from '@guichet/contract'
import { Figure } from '@guichet/ui'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { formatClock } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { useDraft } from '../hooks/use-draft.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '16px',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    outlineStyle: 'none',
    flexShrink: 0,
  },
  head: { display: 'flex', justifyContent: 'space-between', gap: '16px', flexWrap: 'wrap' },
  hint: { color: tokens.colorNeutralForeground3 },
  codes: { display: 'flex', flexWrap: 'wrap', columnGap: '8px' },
  foot: { display: 'flex', justifyContent: 'flex-end' },
})

/** What came of it: an outcome, a note, and the end of the work. */
export const WrapUpPanel = (props: { work: AssignmentView }) => {
  const { work } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { live } = useServices()
  const { fail } = useFeedback()
  const navigate = useNavigate()
  const codes = useLive(state => state.wrapUpCodes)
  const calls = useLive(state => state.calls)
  const [code, setCode] = useState('')
  const [note, setNote] = useDraft(`note.${work.id}`)
  const [isBusy, setBusy] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const titleId = useId()
  const now = useNow()
  const ended = calls.find(call => call.id === work.callId)?.endReason ?? null
  const name = work.conversation.contact.displayName

  useEffect(() => {
    root.current?.focus()
  }, [])

  const finish = async () => {
    setBusy(true)
    try {
      await live.finishWrapUp({
        assignmentId: work.id,
        ...(code === '' ? {} : { dispositionCode: code }),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      })
      setNote('')
      const next = live.getState().assignments[0]
      if (next)
        await navigate({
          to: '/desk/$conversationId',
          params: { conversationId: next.conversation.id },
        })
      else await navigate({ to: '/desk' })
    } catch (error) {
      fail(error)
      setBusy(false)
    }
  }

  return (
    // A group of fields, not a fieldset: its heading stands in a row with the timer.
    // biome-ignore lint/a11y/useSemanticElements: as above
    <div className={styles.root} role="group" aria-labelledby={titleId} ref={root} tabIndex={-1}>
      <div className={styles.head}>
        <Subtitle2 as="h2" id={titleId}>
          {t('wrapUp.title')}
        </Subtitle2>
        {work.wrapUpEndsAt !== null && (
          <Figure tone="warn">
            {t('wrapUp.endsIn', { duration: formatClock(Date.parse(work.wrapUpEndsAt) - now) })}
          </Figure>
        )}
      </div>
      <Text className={styles.hint}>
        {ended && `${t(`call.ended.${ended}`, { name })}. `}
        {t('wrapUp.hint')}
      </Text>
      {codes.length > 0 && (
        <Field label={t('wrapUp.code')}>
          <RadioGroup
            layout="horizontal"
            className={styles.codes}
            value={code}
            onChange={(_, data) => setCode(data.value)}
          >
            {codes.map(each => (
              <Radio key={each.code} value={each.code} label={each.label[locale]} />
            ))}
          </RadioGroup>
        </Field>
      )}
      <Field label={t('wrapUp.note')}>
        <Textarea
          value={note}
          placeholder={t('wrapUp.notePlaceholder')}
          onChange={(_, data) => setNote(data.value)}
          textarea={{ maxLength: 4_000 }}
        />
      </Field>
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void finish()}>
          {t('wrapUp.finish')}
        </Button>
      </div>
    </div>
  )
}
