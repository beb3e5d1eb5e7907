import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { ArrowMaximizeRegular, ArrowMinimizeRegular } from '@fluentui/react-icons'
import type { Call } from '@guichet/contract'
import type { SoftphoneSnapshot } from '@guichet/softphone'
import { useEffect, useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { VideoPicture } from './VideoPicture.tsx'

const useStyles = makeStyles({
  stage: {
    position: 'relative',
    display: 'flex',
    gap: '2px',
    height: '280px',
    minHeight: '120px',
    maxHeight: '70vh',
    resize: 'vertical',
    overflow: 'hidden',
    backgroundColor: '#111111',
  },
  theatre: {
    position: 'fixed',
    inset: '48px 0 0 0',
    zIndex: 900,
    height: 'auto',
    maxHeight: 'none',
    resize: 'none',
  },
  main: { flexGrow: 1, minWidth: 0 },
  side: { width: '30%', minWidth: '120px' },
  own: {
    position: 'absolute',
    right: '12px',
    bottom: '12px',
    width: '160px',
    height: '90px',
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'hidden',
    boxShadow: tokens.shadow16,
  },
  ownAlone: { position: 'static', width: '100%', height: '100%', borderRadius: 0, boxShadow: 'none' },
  enlarge: { position: 'absolute', top: '8px', right: '8px', zIndex: 1 },
  note: {
    position: 'absolute',
    left: '12px',
    bottom: '12px',
    padding: '2px 8px',
    borderRadius: tokens.borderRadiusMedium,
    color: '#ffffff',
    backgroundColor: 'rgba(0, 0, 0, 0.72)',
    fontSize: tokens.fontSizeBase200,
  },
})

/** The other side's screen and camera over the messages, one's own as a preview; absent while nobody shows anything. */
export const PictureStage = (props: { call: Call; phone: SoftphoneSnapshot }) => {
  const { call, phone } = props
  const styles = useStyles()
  const { t } = useI18n()
  const [isTheatre, setTheatre] = useState(false)
  const remote = call.participants.find(party => party.role === 'consumer')
  const name = remote?.displayName ?? ''
  const screen = remote?.screen ? phone.remoteScreen : null
  const camera = remote?.camera ? phone.remoteCamera : null
  const hasRemote = screen !== null || camera !== null
  const isShown = hasRemote || phone.localCamera !== null || phone.screen

  useEffect(() => {
    if (!isTheatre) return
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setTheatre(false)
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [isTheatre])

  if (!isShown) return null
  return (
    <div className={mergeClasses(styles.stage, isTheatre && hasRemote && styles.theatre)}>
      {hasRemote && (
        <Tooltip content={t(isTheatre ? 'call.leaveTheatre' : 'call.theatre')} relationship="label">
          <Button
            className={styles.enlarge}
            size="small"
            icon={isTheatre ? <ArrowMinimizeRegular /> : <ArrowMaximizeRegular />}
            onClick={() => setTheatre(!isTheatre)}
          />
        </Tooltip>
      )}
      {screen && (
        <VideoPicture className={styles.main} stream={screen} label={t('call.remoteScreen', { name })} />
      )}
      {camera && (
        <VideoPicture
          className={screen ? styles.side : styles.main}
          stream={camera}
          label={t('call.remoteCamera', { name })}
        />
      )}
      {phone.localCamera && (
        <VideoPicture
          className={mergeClasses(styles.own, !hasRemote && styles.ownAlone)}
          stream={phone.localCamera}
          label={t('call.ownCamera')}
          isMirrored
        />
      )}
      {phone.screen && <span className={styles.note}>{t('call.ownScreen')}</span>}
    </div>
  )
}
