import { Link, makeStyles, Text, tokens } from '@fluentui/react-components'
import { DocumentRegular } from '@fluentui/react-icons'
import type { Attachment } from '@guichet/contract'
import { formatBytes } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', paddingTop: '4px' },
  image: {
    display: 'block',
    maxWidth: '280px',
    maxHeight: '220px',
    borderRadius: tokens.borderRadiusMedium,
    objectFit: 'contain',
    backgroundColor: tokens.colorNeutralBackground4,
  },
  file: { display: 'flex', alignItems: 'center', gap: '8px' },
  size: { color: tokens.colorNeutralForeground3 },
})

/** Pictures and files of a message. Their address is made here from the id, never taken from a message. */
export const Attachments = (props: { list: readonly Attachment[] }) => {
  const styles = useStyles()
  const { locale } = useI18n()
  if (props.list.length === 0) return null
  return (
    <div className={styles.list}>
      {props.list.map(file => {
        const address = `/api/files/${encodeURIComponent(file.id)}`
        return file.attachmentType === 'image' ? (
          <a key={file.id} href={address} target="_blank" rel="noopener noreferrer">
            <img className={styles.image} src={address} alt={file.name} loading="lazy" />
          </a>
        ) : (
          <span key={file.id} className={styles.file}>
            <DocumentRegular aria-hidden fontSize={20} />
            <Link href={address} target="_blank" rel="noopener noreferrer">
              {file.name}
            </Link>
            <Text size={200} className={styles.size}>
              {formatBytes(locale, file.sizeBytes)}
            </Text>
          </span>
        )
      })}
    </div>
  )
}
