import {
  Badge,
  Button,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  Slider,
  Subtitle2,
  Switch,
  Text,
  tokens,
} from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import { Locale } from '@guichet/contract'
import { PageHeader, Shortcut, type ThemeChoice } from '@guichet/ui'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { setMe } from '../../../app/me.query.ts'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { usePreferences, useServices } from '../../../app/ServicesContext.ts'
import { useLocale } from '../../../frame/hooks/use-locale.ts'
import { type ShortcutName, shortcuts } from '../../../frame/model/shortcuts.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { PasswordForm } from './PasswordForm.tsx'

const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark', 'highContrast']

const useStyles = makeStyles({
  page: { padding: '24px', maxWidth: '720px' },
  sections: { display: 'flex', flexDirection: 'column', gap: '24px' },
  section: { display: 'flex', flexDirection: 'column', gap: '12px' },
  row: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  keys: { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '8px 16px', margin: 0 },
  value: { margin: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
})

const NameForm = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { me, http } = useServices()
  const { tell } = useFeedback()
  const client = useQueryClient()
  const [displayName, setDisplayName] = useState(me.party.displayName)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    try {
      setMe(client, await http.call('PATCH /api/me', { body: { displayName: displayName.trim() } }))
      tell({ intent: 'success', text: t('common.saved') })
    } catch (error) {
      setProblem(toProblem(error))
    }
  }
  return (
    <form className={styles.section} onSubmit={event => void save(event)}>
      <Field label={t('profile.name')}>
        <Input value={displayName} maxLength={80} onChange={(_, data) => setDisplayName(data.value)} />
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div className={styles.row}>
        <Button
          type="submit"
          disabledFocusable={displayName.trim() === '' || displayName === me.party.displayName}
        >
          {t('common.save')}
        </Button>
      </div>
    </form>
  )
}

const Sounds = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { sounds, notifications } = useServices()
  const [preferences, prefer] = usePreferences()
  const [permission, setPermission] = useState(notifications.permission)
  return (
    <section className={styles.section}>
      <Subtitle2 as="h2">{t('profile.sounds')}</Subtitle2>
      <Field label={t('profile.ringVolume')} hint={preferences.ringVolume === 0 ? t('profile.silent') : ''}>
        <Slider
          min={0}
          max={100}
          step={5}
          value={Math.round(preferences.ringVolume * 100)}
          onChange={(_, data) => prefer({ ringVolume: data.value / 100 })}
        />
      </Field>
      <div className={styles.row}>
        <Button
          onClick={() => sounds.sample(preferences.ringVolume)}
          disabledFocusable={preferences.ringVolume === 0}
        >
          {t('profile.testRing')}
        </Button>
      </div>
      <Switch
        label={t('profile.messageSound')}
        checked={preferences.messageSound}
        onChange={(_, data) => prefer({ messageSound: data.checked })}
      />
      <div className={styles.row}>
        <Text>{t('profile.notifications')}</Text>
        {permission === 'granted' && (
          <Badge appearance="tint" color="success">
            {t('profile.notificationsOn')}
          </Badge>
        )}
        {permission === 'default' && (
          <Button
            size="small"
            onClick={() => void notifications.ask().then(() => setPermission(notifications.permission()))}
          >
            {t('notify.allow')}
          </Button>
        )}
      </div>
      <Text size={200} className={styles.quiet}>
        {t(permission === 'denied' ? 'profile.notificationsDenied' : 'profile.notificationsHint')}
      </Text>
    </section>
  )
}

/** One's own name, language, looks, sounds and keys. */
export const ProfilePage = () => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { me } = useServices()
  const [preferences, prefer] = usePreferences()
  const chooseLocale = useLocale()
  return (
    <div className={styles.page}>
      <PageHeader title={t('profile.title')} hint={t('profile.hint')} />
      <div className={styles.sections}>
        <NameForm />
        <div className={styles.row}>
          <Text>{t('profile.roles')}</Text>
          {me.roles.map(role => (
            <Badge key={role} appearance="tint">
              {t(`role.${role}`)}
            </Badge>
          ))}
        </div>
        <Field label={t('profile.language')}>
          <RadioGroup
            layout="horizontal"
            value={locale}
            onChange={(_, data) => chooseLocale(data.value as Locale)}
          >
            {Locale.options.map(option => (
              <Radio key={option} value={option} label={t(`localeOwn.${option}`)} />
            ))}
          </RadioGroup>
        </Field>
        <Field label={t('profile.appearance')}>
          <RadioGroup
            layout="horizontal"
            value={preferences.theme}
            onChange={(_, data) => prefer({ theme: data.value as ThemeChoice })}
          >
            {themeChoices.map(theme => (
              <Radio key={theme} value={theme} label={t(`theme.${theme}`)} />
            ))}
          </RadioGroup>
        </Field>
        <Sounds />
        <PasswordForm />
        <section className={styles.section}>
          <Subtitle2 as="h2">{t('profile.shortcuts')}</Subtitle2>
          <dl className={styles.keys}>
            {(Object.keys(shortcuts) as ShortcutName[]).map(name => [
              <dt key={`${name}-k`}>
                <Shortcut>{shortcuts[name].print}</Shortcut>
              </dt>,
              <dd key={`${name}-w`} className={styles.value}>
                {t(`shortcut.${name}`)}
              </dd>,
            ])}
          </dl>
        </section>
      </div>
    </div>
  )
}
