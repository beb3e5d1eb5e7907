import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
} from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import type { PromptSound } from '@guichet/contract'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useReloadSounds } from '../hooks/use-sounds.ts'
import { useLinkStyles } from './link.styles.ts'
import { LanguageField } from './RecordDialog.tsx'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
})

/** Gives a sound another name or language. */
export const EditSoundDialog = (props: { sound: PromptSound; onClose: () => void }) => {
  const { sound, onClose } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const { tell } = useFeedback()
  const reload = useReloadSounds()
  const [name, setName] = useState(sound.name)
  const [language, setLanguage] = useState(sound.language)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const isNameless = name.trim() === ''

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (isNameless) return
    setBusy(true)
    setProblem(null)
    try {
      await http.call('PATCH /api/prompts/:fileId', {
        params: { fileId: sound.id },
        body: { name: name.trim(), language },
      })
      await reload()
      tell({ intent: 'success', text: t('common.saved') })
      onClose()
    } catch (error) {
      setProblem(toProblem(error))
      setBusy(false)
    }
  }

  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <form onSubmit={event => void save(event)} noValidate>
          <DialogBody>
            <DialogTitle>{t('prompts.editTitle')}</DialogTitle>
            <DialogContent className={styles.content}>
              <Field
                label={t('prompts.name')}
                required
                {...(isNameless ? { validationMessage: t('prompts.nameMissing') } : {})}
              >
                <Input value={name} maxLength={100} onChange={(_, data) => setName(data.value)} />
              </Field>
              <LanguageField language={language} onChange={setLanguage} />
              {problem && <ProblemNotice problem={problem} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={isBusy || isNameless}>
                {t('common.save')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Asks before a sound is deleted; one that is played is not, and the applications that play it are shown. */
export const DeleteSoundDialog = (props: { sound: PromptSound; onClose: () => void }) => {
  const { sound, onClose } = props
  const styles = useStyles()
  const links = useLinkStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const { tell } = useFeedback()
  const reload = useReloadSounds()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const isUsed = sound.usedBy.length > 0

  const remove = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await http.call('DELETE /api/prompts/:fileId', { params: { fileId: sound.id } })
      await reload()
      tell({ intent: 'success', text: t('prompts.deleted') })
      onClose()
    } catch (error) {
      // Somebody may have begun to play it since the list was read.
      await reload()
      setProblem(toProblem(error))
      setBusy(false)
    }
  }

  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {t(isUsed ? 'prompts.inUseTitle' : 'prompts.deleteTitle', { name: sound.name })}
          </DialogTitle>
          <DialogContent className={styles.content}>
            {t(isUsed ? 'prompts.inUseHint' : 'prompts.deleteHint')}
            {isUsed && (
              <ul>
                {sound.usedBy.map(application => (
                  <li key={application.id}>
                    <Link
                      to="/design/applications/{-$applicationId}"
                      params={{ applicationId: application.id }}
                      className={links.link}
                    >
                      {application.name}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
            {problem && <ProblemNotice problem={problem} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t(isUsed ? 'common.close' : 'common.cancel')}</Button>
            {!isUsed && (
              <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void remove()}>
                {t('common.delete')}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
