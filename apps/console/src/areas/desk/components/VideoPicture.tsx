import { makeStyles, mergeClasses } from '@fluentui/react-components'
import { useEffect, useRef } from 'react'

const useStyles = makeStyles({
  video: { width: '100%', height: '100%', objectFit: 'contain', display: 'block' },
  mirrored: { transform: 'scaleX(-1)' },
})

/** A live picture without sound: sound is played by the softphone. */
export const VideoPicture = (props: {
  stream: MediaStream
  label: string
  className: string
  isMirrored?: boolean
}) => {
  const styles = useStyles()
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = props.stream
  }, [props.stream])
  return (
    <div className={props.className}>
      <video
        ref={video}
        className={mergeClasses(styles.video, props.isMirrored && styles.mirrored)}
        aria-label={props.label}
        autoPlay
        playsInline
        muted
      />
    </div>
  )
}
