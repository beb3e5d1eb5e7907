import { browserEnvironment, toProblem } from '@guichet/client'
import type { Locale, PromptSound } from '@guichet/contract'
import { useRef, useState } from 'react'
import { explainProblem } from '../../../app/problem.text.ts'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { convertSound } from '../model/convert-sound.ts'
import { SoundFileError } from '../model/sound-file.ts'
import { useReloadSounds } from './use-sounds.ts'

/** A sound on its way into the library; `ratio` is what has been sent, from 0 to 1, null while it is prepared. */
export type Upload = { key: string; name: string; ratio: number | null; failure: string | null }

/** What is brought: any sound that the browser can decode. */
export type Brought = {
  file: Blob
  name: string
  language?: Locale | undefined
  replaces?: PromptSound | undefined
}

/** Brings sounds into the library, one after the other. */
export const useBringSound = () => {
  const { http } = useServices()
  const { t } = useI18n()
  const reload = useReloadSounds()
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const last = useRef<Promise<unknown>>(Promise.resolve())

  const dismiss = (key: string) => setUploads(before => before.filter(upload => upload.key !== key))
  const explain = (error: unknown) =>
    error instanceof SoundFileError ? t(`problem.${error.code}`) : explainProblem(t, toProblem(error))

  /** Resolves with the sound in the library; null when it was refused, which then stands among the uploads. */
  const bring = ({ file, name, language, replaces }: Brought): Promise<PromptSound | null> => {
    const key = browserEnvironment().randomId()
    const change = (part: Partial<Upload>) =>
      setUploads(before => before.map(upload => (upload.key === key ? { ...upload, ...part } : upload)))
    setUploads(before => [...before, { key, name, ratio: null, failure: null }])

    const run = async () => {
      try {
        const sound = await convertSound(file)
        change({ ratio: 0 })
        const request = { file: sound, name: 'sound.wav', onProgress: (ratio: number) => change({ ratio }) }
        const brought = replaces
          ? await http.upload('PUT /api/prompts/:fileId/sound', {
              params: { fileId: replaces.id },
              ...request,
            })
          : await http.upload('POST /api/prompts', {
              query: { name, ...(language ? { language } : {}) },
              ...request,
            })
        await reload()
        dismiss(key)
        return brought
      } catch (error) {
        change({ failure: explain(error) })
        return null
      }
    }
    // One at a time: a decoded sound is many times as large as its file.
    const turn = last.current.then(run)
    last.current = turn
    return turn
  }

  return { uploads, dismiss, bring }
}
