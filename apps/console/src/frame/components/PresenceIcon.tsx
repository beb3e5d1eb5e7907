import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  PresenceAvailableFilled,
  PresenceAwayFilled,
  PresenceBusyFilled,
  PresenceDndFilled,
  PresenceOfflineRegular,
} from '@fluentui/react-icons'
import type { Presence } from '@guichet/contract'

const icons = {
  available: PresenceAvailableFilled,
  busy: PresenceBusyFilled,
  doNotDisturb: PresenceDndFilled,
  away: PresenceAwayFilled,
  offline: PresenceOfflineRegular,
} as const satisfies Record<Presence, unknown>

const useStyles = makeStyles({
  icon: { flexShrink: 0, fontSize: '16px' },
  available: { color: tokens.colorPaletteLightGreenForeground3 },
  busy: { color: tokens.colorPaletteRedBackground3 },
  doNotDisturb: { color: tokens.colorPaletteRedBackground3 },
  away: { color: tokens.colorPaletteMarigoldBackground3 },
  offline: { color: tokens.colorNeutralForeground3 },
})

/** Sign of a presence; its word always stands beside it. */
export const PresenceIcon = (props: { presence: Presence; className?: string }) => {
  const styles = useStyles()
  const Icon = icons[props.presence]
  return <Icon aria-hidden className={mergeClasses(styles.icon, styles[props.presence], props.className)} />
}
