import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import { CallFilled, SearchRegular } from '@fluentui/react-icons'
import { Figure, Shortcut } from '@guichet/ui'
import { Link } from '@tanstack/react-router'
import { useCallSession } from '../../app/ServicesContext.ts'
import { formatClock } from '../../i18n/format.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useNow } from '../../shell/clock.ts'
import { useMediaQuery, widths } from '../../shell/media-query.ts'
import { shortcuts } from '../model/shortcuts.ts'
import { AccountMenu } from './AccountMenu.tsx'
import { NotificationsMenu } from './NotificationsMenu.tsx'
import { PresenceMenu } from './PresenceMenu.tsx'

const useStyles = makeStyles({
  bar: {
    gridArea: 'bar',
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    height: '48px',
    padding: '0 12px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    minWidth: 0,
  },
  search: {
    flex: '0 1 360px',
    justifyContent: 'flex-start',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    minWidth: '32px',
  },
  searchText: { flexGrow: 1, textAlign: 'left' },
  space: { flexGrow: 1 },
  call: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    padding: '4px 12px',
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorStatusSuccessBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    textDecorationLine: 'none',
    fontWeight: tokens.fontWeightSemibold,
    whiteSpace: 'nowrap',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
})

const ReturnToCall = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { active } = useCallSession()
  const now = useNow()
  const call = active?.call
  if (!call) return null
  return (
    <Link to="/desk/$conversationId" params={{ conversationId: call.conversationId }} className={styles.call}>
      <CallFilled aria-hidden />
      {t('call.return')}
      <Figure>{formatClock(now - Date.parse(call.answeredAt ?? call.startedAt))}</Figure>
    </Link>
  )
}

/** Search, presence, what needs attention, and the account. */
export const TopBar = (props: { onSearch: () => void; isCallElsewhere: boolean }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const isSingle = useMediaQuery(widths.single)
  return (
    <header className={styles.bar}>
      {isSingle ? (
        <Tooltip content={t('command.open')} relationship="label">
          <Button appearance="subtle" icon={<SearchRegular />} onClick={props.onSearch} />
        </Tooltip>
      ) : (
        <Button className={styles.search} icon={<SearchRegular />} onClick={props.onSearch}>
          <span className={styles.searchText}>{t('command.open')}</span>
          <Shortcut>{shortcuts.command.print}</Shortcut>
        </Button>
      )}
      <span className={styles.space} />
      {props.isCallElsewhere && <ReturnToCall />}
      <PresenceMenu />
      <NotificationsMenu />
      <AccountMenu />
    </header>
  )
}
