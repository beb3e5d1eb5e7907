import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  ProgressBar,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { Upload } from '../hooks/use-bring-sound.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
})

/** Sounds on their way into the library, and those that were refused with the reason. */
export const UploadList = (props: { uploads: readonly Upload[]; onDismiss: (key: string) => void }) => {
  const styles = useStyles()
  const { t } = useI18n()
  if (props.uploads.length === 0) return null
  return (
    <ul className={styles.list} aria-label={t('prompts.uploads')}>
      {props.uploads.map(({ key, name, ratio, failure }) => (
        <li key={key}>
          {failure === null ? (
            <Field
              label={name}
              validationState="none"
              validationMessage={t(ratio === null ? 'prompts.converting' : 'prompts.sending')}
            >
              <ProgressBar {...(ratio === null ? {} : { value: ratio })} />
            </Field>
          ) : (
            <MessageBar intent="error" layout="multiline" role="alert">
              <MessageBarBody>
                <MessageBarTitle>{name}</MessageBarTitle>
                {failure}
              </MessageBarBody>
              <MessageBarActions
                containerAction={
                  <Button
                    appearance="transparent"
                    icon={<DismissRegular />}
                    aria-label={t('prompts.dismiss', { name })}
                    onClick={() => props.onDismiss(key)}
                  />
                }
              />
            </MessageBar>
          )}
        </li>
      ))}
    </ul>
  )
}
