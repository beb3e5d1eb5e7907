import {
  Button,
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  ProgressBar,
  Tooltip,
} from '@fluentui/react-components'
import { OptionsRegular } from '@fluentui/react-icons'
import type { DeviceKind } from '@guichet/softphone'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const kinds = [
  ['microphone', 'call.microphone'],
  ['speaker', 'call.speaker'],
  ['camera', 'call.cameraDevice'],
] as const satisfies readonly (readonly [DeviceKind, string])[]

const useStyles = makeStyles({ popover: { maxWidth: '320px' }, level: { margin: '4px 12px 8px' } })

/** The system's choice has no identifier of its own. */
const SYSTEM = 'system'

const MicrophoneLevel = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { calls } = useServices()
  const [level, setLevel] = useState(0)
  useEffect(() => {
    let frame = requestAnimationFrame(function read() {
      setLevel(calls.readLevels().input)
      frame = requestAnimationFrame(read)
    })
    return () => cancelAnimationFrame(frame)
  }, [calls])
  return <ProgressBar className={styles.level} value={level} aria-label={t('call.level')} />
}

/** Which microphone, loudspeaker and camera the call uses; changes take effect at once. */
export const DevicesMenu = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { devices } = useServices()
  const snapshot = useSyncExternalStore(devices.subscribe, devices.getSnapshot)
  const [isOpen, setOpen] = useState(false)
  return (
    <Menu
      open={isOpen}
      onOpenChange={(_, data) => {
        setOpen(data.open)
        if (data.open) void devices.refresh()
      }}
      checkedValues={Object.fromEntries(kinds.map(([kind]) => [kind, [snapshot[kind].selectedId ?? SYSTEM]]))}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        const [chosen] = checkedItems
        devices.select(name as DeviceKind, chosen === undefined || chosen === SYSTEM ? null : chosen)
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t('call.devices')} relationship="label">
          <Button appearance="subtle" icon={<OptionsRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {kinds.map(([kind, label]) => (
            <MenuGroup key={kind}>
              <MenuGroupHeader>{t(label)}</MenuGroupHeader>
              <MenuItemRadio name={kind} value={SYSTEM} persistOnClick>
                {t('call.defaultDevice')}
              </MenuItemRadio>
              {snapshot[kind].list
                .filter(device => device.id !== 'default')
                .map(device => (
                  <MenuItemRadio key={device.id} name={kind} value={device.id} persistOnClick>
                    {device.label || device.id.slice(0, 8)}
                  </MenuItemRadio>
                ))}
              {kind === 'microphone' && isOpen && <MicrophoneLevel />}
            </MenuGroup>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
