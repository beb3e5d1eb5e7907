import { browserEnvironment } from '@guichet/client'
import { type Attachment, MAX_FILE_BYTES, type Thread } from '@guichet/contract'
import { useCallback, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

type UploadedFile = { key: string; name: string; attachment: Attachment | null }

/** Files on their way into the next message. */
export const useUploads = (threadId: Thread['id']) => {
  const { http } = useServices()
  const { tell, fail } = useFeedback()
  const { t } = useI18n()
  const [files, setFiles] = useState<readonly UploadedFile[]>([])

  const remove = useCallback((key: string) => setFiles(before => before.filter(file => file.key !== key)), [])
  const add = (chosen: readonly File[]) => {
    for (const file of chosen) {
      if (file.size > MAX_FILE_BYTES) {
        tell({ intent: 'error', text: t('composer.tooLarge', { name: file.name }) })
        continue
      }
      const key = browserEnvironment().randomId()
      setFiles(before => [...before, { key, name: file.name, attachment: null }])
      http
        .upload('POST /api/threads/:threadId/files', { params: { threadId }, file, name: file.name })
        .then(attachment =>
          setFiles(before => before.map(each => (each.key === key ? { ...each, attachment } : each))),
        )
        .catch((error: unknown) => {
          remove(key)
          fail(error)
        })
    }
  }
  return {
    files,
    /** Those that the server has. */
    ready: files.flatMap(file => (file.attachment ? [file.attachment] : [])),
    isBusy: files.some(file => file.attachment === null),
    add,
    remove,
    clear: useCallback(() => setFiles([]), []),
  }
}
