import { makeStyles, tokens } from '@fluentui/react-components'
import type { ChatMessage } from '@guichet/contract'
import { formatDuration, formatHour } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { noticeText } from '../model/notice-text.ts'

const useStyles = makeStyles({
  line: {
    textAlign: 'center',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    padding: '0 16px',
  },
})

/** What happened in the conversation, between the messages. */
export const NoticeLine = (props: { message: ChatMessage }) => {
  const { message } = props
  const { t, locale } = useI18n()
  return (
    <div className={useStyles().line}>
      {noticeText(t, message, ms => formatDuration(locale, ms))} · {formatHour(locale, message.createdOn)}
    </div>
  )
}
