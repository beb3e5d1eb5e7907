export type { Ui } from '../model/widget.ts'
