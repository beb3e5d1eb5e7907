import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  bundleIcon,
  DataTrendingFilled,
  DataTrendingRegular,
  DesignIdeasFilled,
  DesignIdeasRegular,
  HeadsetFilled,
  HeadsetRegular,
  SettingsFilled,
  SettingsRegular,
} from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { type Area, areasOf } from '../../app/roles.ts'
import { useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { widths } from '../../shell/media-query.ts'
import { BrandMark } from './BrandMark.tsx'

const icons = {
  desk: bundleIcon(HeadsetFilled, HeadsetRegular),
  supervise: bundleIcon(DataTrendingFilled, DataTrendingRegular),
  design: bundleIcon(DesignIdeasFilled, DesignIdeasRegular),
  settings: bundleIcon(SettingsFilled, SettingsRegular),
} as const

const single = `@media ${widths.single}`

const useStyles = makeStyles({
  rail: {
    gridArea: 'rail',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: '4px',
    padding: '8px 4px',
    width: '72px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    [single]: {
      flexDirection: 'row',
      justifyContent: 'space-around',
      width: 'auto',
      padding: '4px 8px',
      borderRight: 'none',
      borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  brand: { padding: '4px 0 12px', [single]: { display: 'none' } },
  link: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: '2px',
    width: '64px',
    padding: '8px 0 6px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    fontSize: tokens.fontSizeBase100,
    lineHeight: tokens.lineHeightBase100,
    outlineOffset: '-2px',
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover, color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForeground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: tokens.shadow2,
    ':hover': { color: tokens.colorBrandForeground1 },
  },
  icon: { fontSize: '22px' },
})

/** The areas that the person's roles open. */
export const Rail = (props: { current: Area | null }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const { me } = useServices()
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <div className={styles.brand}>
        <BrandMark size={32} />
      </div>
      {areasOf(me.roles).map(area => {
        const Icon = icons[area]
        const isCurrent = props.current === area
        return (
          <Link
            key={area}
            to={`/${area}`}
            className={mergeClasses(styles.link, isCurrent && styles.current)}
            {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
          >
            <Icon aria-hidden className={styles.icon} filled={isCurrent} />
            {t(`nav.${area}`)}
          </Link>
        )
      })}
    </nav>
  )
}
