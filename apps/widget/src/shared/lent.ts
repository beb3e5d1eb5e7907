import { browserEnvironment, createEmitter, toProblem } from '@guichet/client'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Fragment, jsx, jsxs } from 'preact/jsx-runtime'
import type { Shared } from './shared.ts'

/** The widget's own copies, for the call code. */
export const lentByWidget: Shared = {
  'preact/hooks': { useEffect, useMemo, useRef, useState },
  'preact/jsx-runtime': { jsx, jsxs, Fragment },
  '@guichet/client': { browserEnvironment, createEmitter, toProblem },
}
