import type { ThreadItem, ThreadStore } from '@guichet/client'
import type { Attachment, MessageContent } from '@guichet/contract'
import { useEffect, useRef } from 'preact/hooks'
import { explainProblem } from '../locale/language.ts'
import { formatSize } from '../model/format.ts'
import { safeHref, splitLinks, textOfHtml } from '../model/rich.text.ts'
import type { Editing } from './Composer.tsx'
import type { Ui } from './context.ts'
import { Icon } from './Icon.tsx'

type Props = Ui & {
  thread: ThreadStore
  item: ThreadItem
  isOwn: boolean
  onEdit: (editing: Editing) => void
}

/** One message: text with safe links, files, and what may be done with it. */
export function Bubble(props: Props) {
  const { item, strings, thread } = props
  if (item.delivery !== 'sent') {
    const { outgoing } = item
    return (
      <div class={`bubble ${item.delivery}`}>
        <Text text={outgoing.message ?? ''} />
        {outgoing.attachments.map(file => (
          <span class="file" key={file.id}>
            <Icon name="file" />
            {file.name}
          </span>
        ))}
        {item.delivery === 'pending' ? (
          <span class="fate">{strings.sending}</span>
        ) : (
          <span class="fate" role="alert">
            {strings.failed} {explainProblem(strings, item.problem.code)}{' '}
            <button type="button" class="link" onClick={() => thread.retry(item.key)}>
              {strings.retry}
            </button>{' '}
            <button type="button" class="link" onClick={() => thread.discard(item.key)}>
              {strings.discard}
            </button>
          </span>
        )}
      </div>
    )
  }

  const { message } = item
  if (message.deletedOn) return <div class="bubble gone">{strings.deleted}</div>
  const { content } = message
  const said = content.message ?? ''
  // Formatted messages are shown as their text: nothing of another's markup enters the page.
  const text = message.type === 'html' ? textOfHtml(said) : said
  return (
    <div class="line">
      <div class="bubble">
        <Text text={text} />
        {content.attachments?.map(file => (
          <File {...props} key={file.id} file={file} />
        ))}
        <Sources {...props} content={content} />
        {message.editedOn && <span class="fate">{strings.edited}</span>}
      </div>
      {props.isOwn && (
        <div class="tools">
          {content.message !== undefined && (
            <button
              type="button"
              class="tool"
              aria-label={strings.edit}
              title={strings.edit}
              onClick={() => props.onEdit({ messageId: message.id, text })}
            >
              <Icon name="edit" />
            </button>
          )}
          <button
            type="button"
            class="tool"
            aria-label={strings.remove}
            title={strings.remove}
            onClick={() => void thread.remove(message.id).catch(() => undefined)}
          >
            <Icon name="bin" />
          </button>
        </div>
      )}
    </div>
  )
}

function Text({ text }: { text: string }) {
  if (!text) return null
  return (
    <span class="text" dir="auto">
      {splitLinks(text).map((part, index) =>
        part.href ? <Link key={index} href={part.href} text={part.text} /> : part.text,
      )}
    </span>
  )
}

function Link({ href, text }: { href: string; text: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  )
}

function Sources({ content, strings }: Ui & { content: MessageContent }) {
  if (!content.sources?.length) return null
  return (
    <span class="sources">
      {strings.sources}
      {content.sources.map(source => {
        const href = source.url ? safeHref(new URL(source.url, location.href).href) : null
        return href ? (
          <Link key={source.title} href={href} text={source.title} />
        ) : (
          <span key={source.title}>{source.title}</span>
        )
      })}
    </span>
  )
}

function File({ file, strings, state, widget }: Ui & { file: Attachment }) {
  const fetchFile = () =>
    widget.visitor.http.download('GET /api/files/:fileId', { params: { fileId: file.id } })

  async function save() {
    const blob = await fetchFile().catch(() => null)
    if (!blob) return
    const url = URL.createObjectURL(blob)
    const anchor = document.createElement('a')
    anchor.href = url
    anchor.download = file.name
    anchor.click()
    // The browser has taken the address by the next turn; keeping it would keep the bytes.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }

  return (
    <button type="button" class="file" aria-label={strings.download(file.name)} onClick={() => void save()}>
      {file.attachmentType === 'image' && <Picture load={fetchFile} label={strings.image(file.name)} />}
      <span>
        <Icon name="file" />
        <span class="name">{file.name}</span>
        <small>{formatSize(file.sizeBytes, state.locale)}</small>
      </span>
    </button>
  )
}

/** Drawn on a canvas, because a page's policy may forbid images from elsewhere, even from memory. */
function Picture({ load, label }: { load: () => Promise<Blob>; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isGone = false
    load()
      .then(blob => createImageBitmap(blob))
      .then(bitmap => {
        const element = canvas.current
        if (isGone || !element) return
        const scale = Math.min(1, 560 / Math.max(bitmap.width, bitmap.height))
        element.width = Math.max(1, Math.round(bitmap.width * scale))
        element.height = Math.max(1, Math.round(bitmap.height * scale))
        element.getContext('2d')?.drawImage(bitmap, 0, 0, element.width, element.height)
        bitmap.close()
      })
      .catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [])
  return <canvas ref={canvas} width="1" height="1" role="img" aria-label={label} />
}
