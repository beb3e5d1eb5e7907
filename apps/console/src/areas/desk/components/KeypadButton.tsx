import {
  Button,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Text,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { DialpadRegular } from '@fluentui/react-icons'
import { Tone } from '@guichet/contract'
import type { KeyboardEvent } from 'react'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const layout: readonly Tone[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

const useStyles = makeStyles({
  keys: { display: 'grid', gridTemplateColumns: 'repeat(3, 56px)', gap: '8px' },
  key: {
    minWidth: '56px',
    height: '44px',
    fontSize: tokens.fontSizeBase500,
    fontVariantNumeric: 'tabular-nums',
  },
  sent: {
    minHeight: '24px',
    paddingBottom: '8px',
    textAlign: 'center',
    letterSpacing: '2px',
    fontVariantNumeric: 'tabular-nums',
    maxWidth: '184px',
    overflow: 'hidden',
  },
})

/** Keys of a telephone, by click or by typing while it is open. */
export const KeypadButton = (props: { tonesSent: string }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const { calls } = useServices()
  const onKeyDown = (event: KeyboardEvent) => {
    const typed = Tone.safeParse(event.key)
    if (typed.success && !event.ctrlKey && !event.metaKey) calls.pressTone(typed.data)
  }
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={t('call.keypad')} relationship="label">
          <Button appearance="subtle" icon={<DialpadRegular />} />
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('call.keypad')} onKeyDown={onKeyDown}>
        <Text block className={styles.sent} aria-label={t('call.toneSent', { tones: props.tonesSent })}>
          {props.tonesSent}
        </Text>
        <div className={styles.keys}>
          {layout.map(tone => (
            <Button key={tone} className={styles.key} onClick={() => calls.pressTone(tone)}>
              {tone}
            </Button>
          ))}
        </div>
      </PopoverSurface>
    </Popover>
  )
}
