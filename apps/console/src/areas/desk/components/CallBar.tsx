import {
  Button,
  makeStyles,
  mergeClasses,
  Text,
  ToggleButton,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import {
  CallEndFilled,
  MicOffFilled,
  MicRegular,
  PauseRegular,
  PlayFilled,
  ShareScreenStartRegular,
  ShareScreenStopFilled,
  VideoFilled,
  VideoRegular,
} from '@fluentui/react-icons'
import type { Call } from '@guichet/contract'
import type { SoftphoneSnapshot } from '@guichet/softphone'
import { Figure } from '@guichet/ui'
import { useCallSession, useServices } from '../../../app/ServicesContext.ts'
import { ariaShortcut, shortcuts } from '../../../frame/model/shortcuts.ts'
import { formatClock } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { DevicesMenu } from './DevicesMenu.tsx'
import { KeypadButton } from './KeypadButton.tsx'
import { QualityDot } from './QualityDot.tsx'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: '4px 8px',
    padding: '8px 16px',
    minHeight: '48px',
    backgroundColor: tokens.colorStatusSuccessBackground1,
  },
  waiting: { backgroundColor: tokens.colorStatusWarningBackground1 },
  state: { display: 'flex', alignItems: 'center', gap: '8px', flexGrow: 1, flexBasis: '120px' },
  words: { display: 'flex', flexDirection: 'column' },
  note: { color: tokens.colorNeutralForeground2 },
  controls: { display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: '2px' },
  worded: { minWidth: 'auto' },
  // In a narrow column the icons stand alone; their words stay for those who hear them.
  word: {
    '@container call-bar (max-width: 640px)': {
      position: 'absolute',
      width: '1px',
      height: '1px',
      overflow: 'hidden',
      clipPath: 'inset(50%)',
    },
  },
  on: {
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForeground1,
    boxShadow: tokens.shadow2,
  },
  off: { color: tokens.colorStatusDangerForeground1 },
  hangUp: {
    marginLeft: '16px',
    minWidth: 'auto',
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ':hover:active': {
      backgroundColor: tokens.colorStatusDangerBackground3Pressed,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
})

const useCallWords = (call: Call, phone: SoftphoneSnapshot): { text: string; isWaiting: boolean } => {
  const { t } = useI18n()
  const { heldSince } = useCallSession()
  const now = useNow()
  if (phone.state === 'reconnecting') return { text: t('call.reconnecting'), isWaiting: true }
  if (phone.state !== 'connected') return { text: t('call.connecting'), isWaiting: true }
  if (heldSince !== null)
    return { text: t('call.onHoldSince', { duration: formatClock(now - heldSince) }), isWaiting: true }
  const muted = call.participants.find(party => party.role === 'consumer' && party.isMuted)
  if (phone.isMuted) return { text: t('call.youAreMuted'), isWaiting: false }
  if (muted) return { text: t('call.remoteMuted', { name: muted.displayName }), isWaiting: false }
  return { text: t('call.talking'), isWaiting: false }
}

/** State of the call and everything one does while talking; the end stands apart. */
export const CallBar = (props: { call: Call; phone: SoftphoneSnapshot }) => {
  const { call, phone } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { calls } = useServices()
  const { heldSince, toneReceived, tonesSent } = useCallSession()
  const now = useNow()
  const { text, isWaiting } = useCallWords(call, phone)
  const isHeld = heldSince !== null
  const name = call.participants.find(party => party.role === 'consumer')?.displayName ?? ''

  return (
    <div className={mergeClasses(styles.bar, isWaiting && styles.waiting)}>
      <div className={styles.state}>
        <QualityDot quality={phone.quality} />
        <Figure strong>{formatClock(now - Date.parse(call.answeredAt ?? call.startedAt))}</Figure>
        <span className={styles.words}>
          <Text role="status">{text}</Text>
          {toneReceived && (
            <Text size={200} className={styles.note}>
              {t('call.toneReceived', { name, tone: toneReceived.tone })}
            </Text>
          )}
        </span>
      </div>
      <div className={styles.controls}>
        <Tooltip
          content={`${t(phone.isMuted ? 'call.unmute' : 'call.mute')} – ${shortcuts.mute.print}`}
          relationship="inaccessible"
        >
          <Button
            appearance="subtle"
            className={mergeClasses(styles.worded, phone.isMuted && styles.off)}
            aria-keyshortcuts={ariaShortcut('mute')}
            icon={phone.isMuted ? <MicOffFilled /> : <MicRegular />}
            onClick={() => calls.setMuted(!phone.isMuted)}
          >
            <span className={styles.word}>{t(phone.isMuted ? 'call.unmute' : 'call.mute')}</span>
          </Button>
        </Tooltip>
        <Tooltip
          content={`${t(isHeld ? 'call.resume' : 'call.hold')} – ${shortcuts.hold.print}`}
          relationship="inaccessible"
        >
          <Button
            appearance="subtle"
            className={styles.worded}
            aria-keyshortcuts={ariaShortcut('hold')}
            icon={isHeld ? <PlayFilled /> : <PauseRegular />}
            onClick={() => calls.setOnHold(!isHeld)}
          >
            <span className={styles.word}>{t(isHeld ? 'call.resume' : 'call.hold')}</span>
          </Button>
        </Tooltip>
        <Tooltip content={t('call.camera')} relationship="label">
          <ToggleButton
            appearance="subtle"
            checked={phone.camera}
            className={phone.camera ? styles.on : undefined}
            icon={phone.camera ? <VideoFilled /> : <VideoRegular />}
            onClick={() => calls.setCamera(!phone.camera)}
          />
        </Tooltip>
        <Tooltip content={t('call.screen')} relationship="label">
          <ToggleButton
            appearance="subtle"
            checked={phone.screen}
            className={phone.screen ? styles.on : undefined}
            icon={phone.screen ? <ShareScreenStopFilled /> : <ShareScreenStartRegular />}
            onClick={() => calls.setScreen(!phone.screen)}
          />
        </Tooltip>
        <KeypadButton tonesSent={tonesSent} />
        <DevicesMenu />
        <Button
          appearance="primary"
          className={styles.hangUp}
          icon={<CallEndFilled />}
          onClick={calls.hangUp}
        >
          {t('call.hangUp')}
        </Button>
      </div>
    </div>
  )
}
