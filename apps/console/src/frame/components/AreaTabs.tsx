import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import type { Area } from '../../app/roles.ts'
import { useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { pagesOf } from '../model/pages.ts'

const useStyles = makeStyles({
  root: {
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground1,
  },
  tabs: {
    display: 'flex',
    gap: '4px',
    padding: '0 16px',
    overflowX: 'auto',
    flexShrink: 0,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    padding: '12px 8px',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    whiteSpace: 'nowrap',
    borderBottom: '2px solid transparent',
    ':hover': { color: tokens.colorNeutralForeground1, borderBottomColor: tokens.colorNeutralStroke1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-4px' },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    borderBottomColor: tokens.colorBrandStroke1,
    ':hover': { borderBottomColor: tokens.colorBrandStroke1 },
  },
  page: { flexGrow: 1, minHeight: 0, overflow: 'auto' },
})

/** The pages of one area beside each other, above the one that is open. */
export const AreaTabs = (props: { area: Area }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const { me } = useServices()
  const path = useRouterState({ select: state => state.location.pathname })
  const pages = pagesOf(me.roles, props.area)
  return (
    <div className={styles.root}>
      {pages.length > 1 && (
        <nav className={styles.tabs} aria-label={t(`nav.${props.area}`)}>
          {pages.map(page => {
            const isCurrent = path.startsWith(page.path)
            return (
              <Link
                key={page.path}
                to={page.path}
                className={mergeClasses(styles.tab, isCurrent && styles.current)}
                {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
              >
                {t(page.name)}
              </Link>
            )
          })}
        </nav>
      )}
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  )
}

export const DesignArea = () => <AreaTabs area="design" />
export const SettingsArea = () => <AreaTabs area="settings" />
