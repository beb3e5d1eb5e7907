/** Functions that the widget's script holds and the call code borrows, by module. */
export const sharedFunctions = {
  'preact/hooks': ['useEffect', 'useMemo', 'useRef', 'useState'],
  'preact/jsx-runtime': ['jsx', 'jsxs', 'Fragment'],
  '@guichet/client': ['browserEnvironment', 'createEmitter', 'toProblem'],
} as const
