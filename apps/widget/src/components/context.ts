import type { Strings } from '../locale/en.ts'
import type { Widget, WidgetSnapshot } from '../model/widget.ts'

/** What most parts of the chat need; handed down by hand, there are few levels. */
export type Ui = { widget: Widget; state: WidgetSnapshot; strings: Strings }
