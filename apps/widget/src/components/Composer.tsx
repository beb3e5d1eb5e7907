import { type ThreadStore, toProblem } from '@guichet/client'
import type { Attachment, ChatMessage } from '@guichet/contract'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { explainProblem } from '../locale/language.ts'
import type { Ui } from './context.ts'
import { Icon } from './Icon.tsx'

export type Editing = { messageId: ChatMessage['id']; text: string }

type Upload = {
  id: number
  name: string
  ratio: number
  done: Attachment | null
  problem: string | null
  stop: AbortController
}

const MAX_FILE_BYTES = 10 * 1024 * 1024
const MAX_FILES = 10
const MAX_LENGTH = 8000
const emojis = ['🙂', '😀', '😍', '🤔', '😕', '😢', '👍', '👎', '🙏', '👏', '🎉', '❤️']

/** The place to write: text, files, emoji. Enter sends, Shift+Enter begins a line. */
export function Composer(props: Ui & { thread: ThreadStore; editing: Editing | null; onEdited: () => void }) {
  const { widget, state, strings, thread, editing, onEdited } = props
  const [text, setText] = useState('')
  const [uploads, setUploads] = useState<Upload[]>([])
  const [showsEmojis, setShowsEmojis] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const input = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const nextId = useRef(1)

  useEffect(() => {
    // On a phone the keyboard would cover half of what there is to read.
    if (state.takesFocus && !state.showsCall && !matchMedia('(pointer: coarse)').matches)
      input.current?.focus()
  }, [])

  useEffect(() => {
    if (!editing) return
    setText(editing.text)
    input.current?.focus()
  }, [editing])

  useLayoutEffect(() => {
    const element = input.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, 136)}px`
  }, [text])

  const isUploading = uploads.some(upload => !upload.done && !upload.problem)
  const files = uploads.flatMap(upload => upload.done ?? [])
  const canSend = !isUploading && (text.trim() !== '' || (files.length > 0 && !editing))

  /** Writing goes on with a conversation that fell silent. */
  async function reopen() {
    if (widget.visitor.getSnapshot().conversation?.state !== 'open')
      await widget.visitor.act('conversation.reopen', {})
  }

  async function send() {
    if (!canSend) return
    setProblem(null)
    const message = text.trim()
    setText('')
    setShowsEmojis(false)
    try {
      await reopen()
    } catch (error) {
      setText(message)
      return setProblem(explainProblem(strings, toProblem(error).code))
    }
    if (editing) {
      onEdited()
      try {
        if (message !== editing.text) await thread.edit(editing.messageId, message)
      } catch (error) {
        setText(message)
        setProblem(explainProblem(strings, toProblem(error).code))
      }
      return
    }
    setUploads([])
    thread.send(message || undefined, files)
  }

  function change(id: number, patch: Partial<Upload>) {
    setUploads(all => all.map(upload => (upload.id === id ? { ...upload, ...patch } : upload)))
  }

  async function add(chosen: Iterable<File>) {
    for (const file of [...chosen].slice(0, MAX_FILES - uploads.length)) {
      const id = nextId.current++
      const stop = new AbortController()
      const tooLarge = file.size > MAX_FILE_BYTES ? explainProblem(strings, 'payload-too-large') : null
      setUploads(all => [...all, { id, name: file.name, ratio: 0, done: null, problem: tooLarge, stop }])
      if (tooLarge) continue
      const { visitor } = widget.visitor.getSnapshot()
      if (!visitor) continue
      widget.visitor.http
        .upload('POST /api/threads/:threadId/files', {
          params: { threadId: visitor.thread.id },
          file,
          name: file.name,
          signal: stop.signal,
          onProgress: ratio => change(id, { ratio }),
        })
        .then(done => change(id, { done, ratio: 1 }))
        .catch(error => change(id, { problem: explainProblem(strings, toProblem(error).code) }))
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      void send()
    } else if (event.key === 'Escape' && (editing || showsEmojis)) {
      event.preventDefault()
      if (editing) {
        setText('')
        onEdited()
      }
      setShowsEmojis(false)
    }
  }

  function insert(emoji: string) {
    const element = input.current
    const at = element?.selectionStart ?? text.length
    setText(text.slice(0, at) + emoji + text.slice(element?.selectionEnd ?? at))
    element?.focus()
  }

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault()
        if (event.dataTransfer?.files.length) void add(event.dataTransfer.files)
      }}
    >
      {problem && (
        <p class="fate" role="alert">
          {problem}
        </p>
      )}
      {editing && (
        <p class="editing">
          {strings.edit}
          <button
            type="button"
            class="link"
            onClick={() => {
              setText('')
              onEdited()
            }}
          >
            {strings.cancel}
          </button>
        </p>
      )}
      {uploads.map(upload => (
        <div class={upload.problem ? 'upload failed' : 'upload'} key={upload.id}>
          <Icon name="file" />
          <span class="name">{upload.problem ? `${upload.name}: ${upload.problem}` : upload.name}</span>
          {!upload.done && !upload.problem && (
            <progress max={1} value={upload.ratio} aria-label={strings.uploading(upload.name)} />
          )}
          <button
            type="button"
            class="tool"
            aria-label={strings.removeFile(upload.name)}
            onClick={() => {
              upload.stop.abort()
              setUploads(all => all.filter(other => other.id !== upload.id))
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {showsEmojis && (
        <fieldset class="emojis" aria-label={strings.emoji}>
          {emojis.map(emoji => (
            <button type="button" class="tool" key={emoji} onClick={() => insert(emoji)}>
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
      <div class="row">
        <button
          type="button"
          class="round"
          aria-label={strings.attach}
          title={strings.attach}
          onClick={() => picker.current?.click()}
        >
          <Icon name="attach" />
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={event => {
            const element = event.currentTarget
            void add(element.files ?? [])
            element.value = ''
          }}
        />
        <button
          type="button"
          class="round"
          aria-label={strings.emoji}
          aria-expanded={showsEmojis}
          title={strings.emoji}
          onClick={() => setShowsEmojis(!showsEmojis)}
        >
          <Icon name="emoji" />
        </button>
        <textarea
          ref={input}
          rows={1}
          aria-label={strings.message}
          placeholder={strings.placeholder}
          maxLength={MAX_LENGTH}
          value={text}
          onInput={event => {
            setText(event.currentTarget.value)
            if (!editing) thread.notifyTyping()
          }}
          onKeyDown={onKeyDown}
          onPaste={event => {
            if (event.clipboardData?.files.length) void add(event.clipboardData.files)
          }}
        />
        <button
          type="submit"
          class="round send"
          aria-label={editing ? strings.save : strings.send}
          title={editing ? strings.save : strings.send}
          disabled={!canSend}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  )
}
