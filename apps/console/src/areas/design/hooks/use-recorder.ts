import { MAX_SOUND_MS } from '@guichet/contract'
import { SoftphoneError } from '@guichet/softphone'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useServices } from '../../../app/ServicesContext.ts'

type Recording = { startedAt: number; level: number }

const refusals: Readonly<Record<string, SoftphoneError['code']>> = {
  NotAllowedError: 'permissionDenied',
  SecurityError: 'permissionDenied',
  NotFoundError: 'noMicrophone',
  OverconstrainedError: 'noMicrophone',
  NotReadableError: 'deviceBusy',
}

/**
 * Records the microphone that was chosen for calls. `recording` holds the level, from 0 to 1, while it runs.
 * `start` rejects with a SoftphoneError.
 */
export const useRecorder = (onRecorded: (sound: Blob) => void) => {
  const { devices } = useServices()
  const [recording, setRecording] = useState<Recording | null>(null)
  const running = useRef<{ stop(): void; drop(): void } | null>(null)
  const deliver = useRef(onRecorded)
  deliver.current = onRecorded

  useEffect(() => () => running.current?.drop(), [])

  const start = useCallback(async () => {
    if (!navigator.mediaDevices) throw new SoftphoneError('insecureContext')
    const deviceId = devices.selected('microphone')
    const stream = await navigator.mediaDevices
      .getUserMedia({
        audio: {
          channelCount: { ideal: 1 },
          ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }),
        },
      })
      .catch((error: Error) => {
        throw new SoftphoneError(refusals[error.name] ?? 'unknown', error.message)
      })
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(stream).connect(analyser)
    const wave = new Float32Array(analyser.fftSize)
    const recorder = new MediaRecorder(stream)
    const chunks: Blob[] = []
    let isDropped = false

    const meter = setInterval(() => {
      analyser.getFloatTimeDomainData(wave)
      const level = Math.min(1, Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length) * 4)
      setRecording(before => before && { ...before, level })
    }, 100)
    const limit = setTimeout(() => running.current?.stop(), MAX_SOUND_MS - 1_000)
    const close = () => {
      clearInterval(meter)
      clearTimeout(limit)
      for (const track of stream.getTracks()) track.stop()
      void context.close()
      running.current = null
    }
    recorder.ondataavailable = event => chunks.push(event.data)
    recorder.onstop = () => {
      close()
      if (isDropped) return
      setRecording(null)
      deliver.current(new Blob(chunks, { type: recorder.mimeType }))
    }
    running.current = {
      stop: () => recorder.state === 'recording' && recorder.stop(),
      drop() {
        isDropped = true
        if (recorder.state === 'recording') recorder.stop()
        else close()
      },
    }
    recorder.start()
    setRecording({ startedAt: Date.now(), level: 0 })
  }, [devices])

  return { recording, start, stop: () => running.current?.stop() }
}
