import { Button, makeStyles, Slider, Spinner, Text, Tooltip, tokens } from '@fluentui/react-components'
import { PauseRegular, PlayRegular } from '@fluentui/react-icons'
import { ProblemError } from '@guichet/client'
import { SoftphoneError } from '@guichet/softphone'
import { useFeedback } from '../../../app/Feedback.tsx'
import { formatClock } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { listening, useListened } from '../hooks/use-listening.ts'

const useStyles = makeStyles({
  seek: { display: 'flex', alignItems: 'center', gap: '8px', minWidth: 0 },
  slider: { flexGrow: 1, minWidth: '80px', maxWidth: '420px' },
  time: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
})

/** Plays and pauses a sound in its place; `listenKey` tells it from all others on the page. */
export const ListenButton = (props: {
  listenKey: string
  /** What is heard, for those who cannot see the button's place. */
  name: string
  source: () => string | Promise<Blob>
  size?: 'small' | 'medium'
  disabled?: boolean
}) => {
  const { listenKey, name, source, size = 'medium', disabled = false } = props
  const { t } = useI18n()
  const { fail } = useFeedback()
  const listened = useListened(listenKey)
  const isPlaying = listened?.phase === 'playing'
  const label = t(isPlaying ? 'prompts.pause' : 'prompts.listen', { name })

  const toggle = () => {
    if (isPlaying) return listening.pause()
    const started = listened?.phase === 'paused' ? listening.resume() : listening.play(listenKey, source)
    started.catch((error: unknown) =>
      fail(error instanceof ProblemError ? error : new SoftphoneError('mediaFailed')),
    )
  }
  return (
    <Tooltip content={label} relationship="label">
      <Button
        appearance="subtle"
        shape="circular"
        size={size}
        icon={
          listened?.phase === 'loading' ? (
            <Spinner size="tiny" />
          ) : isPlaying ? (
            <PauseRegular />
          ) : (
            <PlayRegular />
          )
        }
        disabledFocusable={disabled}
        onClick={toggle}
      />
    </Tooltip>
  )
}

/** Where in the sound one is, to be moved; nothing while it is silent. */
export const SeekBar = (props: { listenKey: string; name: string }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const listened = useListened(props.listenKey)
  if (!listened || listened.durationS === 0) return null
  const { atS, durationS } = listened
  const clock = `${formatClock(atS * 1000)} / ${formatClock(durationS * 1000)}`
  return (
    <div className={styles.seek}>
      <Slider
        className={styles.slider}
        size="small"
        min={0}
        max={durationS}
        value={Math.min(atS, durationS)}
        aria-label={t('prompts.position', { name: props.name })}
        aria-valuetext={clock}
        onChange={(_, data) => listening.seek(data.value)}
      />
      <Text size={200} className={styles.time}>
        {clock}
      </Text>
    </div>
  )
}
