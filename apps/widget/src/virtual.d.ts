declare module 'virtual:chunk/*' {
  /** File name of the code of that folder, beside the widget's script. */
  const fileName: string
  export default fileName
}
