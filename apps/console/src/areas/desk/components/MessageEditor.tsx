import { Button, makeStyles, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '4px', width: '100%', minWidth: '240px' },
  acts: { display: 'flex', gap: '4px', justifyContent: 'flex-end' },
})

/** Changes the words of one's own message: Enter saves, Escape leaves. */
export const MessageEditor = (props: {
  text: string
  onSave: (text: string) => void
  onCancel: () => void
}) => {
  const styles = useStyles()
  const { t } = useI18n()
  const [text, setText] = useState(props.text)
  const save = () => {
    const trimmed = text.trim()
    if (trimmed === '' || trimmed === props.text) props.onCancel()
    else props.onSave(trimmed)
  }
  return (
    <div className={styles.root}>
      <Textarea
        aria-label={t('composer.editing')}
        value={text}
        onChange={(_, data) => setText(data.value)}
        textarea={{ autoFocus: true }}
        onKeyDown={event => {
          if (event.key === 'Escape') props.onCancel()
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault()
            save()
          }
        }}
      />
      <div className={styles.acts}>
        <Button size="small" onClick={props.onCancel}>
          {t('common.cancel')}
        </Button>
        <Button size="small" appearance="primary" onClick={save}>
          {t('common.save')}
        </Button>
      </div>
    </div>
  )
}
