import {
  Menu,
  MenuButton,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItemRadio,
  MenuItemSwitch,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { ChevronDownRegular } from '@fluentui/react-icons'
import { Presence } from '@guichet/contract'
import { StretchedTrigger } from '@guichet/ui'
import { useFeedback } from '../../app/Feedback.tsx'
import { useLive, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { widths } from '../../shell/media-query.ts'
import { PresenceIcon } from './PresenceIcon.tsx'

const useStyles = makeStyles({
  word: { [`@media ${widths.single}`]: { display: 'none' } },
  popover: { minWidth: '260px' },
  none: { padding: '4px 12px 8px', color: tokens.colorNeutralForeground3 },
})

/** How the person is shown, and which queues they take work from. */
export const PresenceMenu = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { live } = useServices()
  const { fail } = useFeedback()
  const worker = useLive(state => state.worker)
  if (!worker) return null
  const optedIn = worker.queues.filter(queue => queue.optedIn).map(queue => queue.queueId as string)
  const now = t(`presence.${worker.presence}`)

  return (
    <Menu
      checkedValues={{ presence: [worker.presence], queues: optedIn }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        if (name === 'presence') {
          const [presence] = checkedItems
          if (presence && presence !== worker.presence) live.setPresence(presence as Presence).catch(fail)
          return
        }
        const changed = worker.queues.find(
          queue => queue.optedIn !== checkedItems.includes(queue.queueId as string),
        )
        if (changed) live.setOptIn(changed.queueId, !changed.optedIn).catch(fail)
      }}
    >
      <StretchedTrigger
        padded
        shown={
          <>
            <PresenceIcon presence={worker.presence} />
            <span className={styles.word}>{now}</span>
          </>
        }
      >
        <MenuTrigger disableButtonEnhancement>
          <MenuButton
            appearance="transparent"
            size="small"
            menuIcon={null}
            icon={<ChevronDownRegular />}
            aria-label={t('presence.label')}
            aria-description={t('presence.now', { presence: now })}
          />
        </MenuTrigger>
      </StretchedTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {Presence.options.map(presence => (
            <MenuItemRadio
              key={presence}
              name="presence"
              value={presence}
              icon={<PresenceIcon presence={presence} />}
            >
              {t(`presence.${presence}`)}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t('presence.queues')}</MenuGroupHeader>
            {worker.queues.map(queue => (
              <MenuItemSwitch key={queue.queueId} name="queues" value={queue.queueId}>
                {queue.name}
              </MenuItemSwitch>
            ))}
            {worker.queues.length === 0 && <div className={styles.none}>{t('presence.noQueues')}</div>}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
