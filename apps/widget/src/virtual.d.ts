declare module 'virtual:call-chunk' {
  /** File name of the call code beside the widget's script. */
  const fileName: string
  export default fileName
}
