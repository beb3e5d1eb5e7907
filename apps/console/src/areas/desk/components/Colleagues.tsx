import { Avatar, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components'
import { useEffect } from 'react'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { PresenceIcon } from '../../../frame/components/PresenceIcon.tsx'
import { activityText, shownPresence } from '../../../frame/model/activity.text.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { colleaguesHere } from '../model/colleagues.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '8px', padding: '16px' },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  person: { display: 'grid', gridTemplateColumns: '28px minmax(0, 1fr)', gap: '8px', alignItems: 'center' },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  state: { display: 'flex', alignItems: 'center', gap: '4px', color: tokens.colorNeutralForeground3 },
  quiet: { color: tokens.colorNeutralForeground3 },
})

/** Who else is there, and what they are doing now. */
export const Colleagues = () => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { live } = useServices()
  useEffect(() => live.followColleagues(), [live])
  const colleagues = useLive(state => state.colleagues)
  const me = useLive(state => state.me?.party.rawId)
  if (colleagues === null) return null
  const { here, offline } = colleaguesHere(colleagues, me)
  return (
    <section className={styles.root} aria-label={t('colleagues.title')}>
      <Subtitle2 as="h3">{t('colleagues.title')}</Subtitle2>
      {here.length === 0 && <Text className={styles.quiet}>{t('colleagues.nobody')}</Text>}
      <ul className={styles.list}>
        {here.map(colleague => (
          <li className={styles.person} key={colleague.id}>
            <Avatar name={colleague.party.displayName} size={28} color="colorful" aria-hidden />
            <span className={styles.words}>
              <span className={styles.name}>{colleague.party.displayName}</span>
              <Text size={200} className={styles.state}>
                <PresenceIcon presence={shownPresence(colleague)} />
                {activityText(t, locale, colleague)}
              </Text>
            </span>
          </li>
        ))}
      </ul>
      {offline > 0 && (
        <Text size={200} className={styles.quiet}>
          {t('colleagues.offline', { count: offline })}
        </Text>
      )}
    </section>
  )
}
