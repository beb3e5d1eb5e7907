// Loaded first into a program that a script starts: when the script is killed, nobody is left to stop it.
// Programs that it starts in turn inherit this flag of Node, not the variable, and are its own to stop.
if (process.env.GUICHET_ENDS_WITH_PARENT !== undefined) {
  delete process.env.GUICHET_ENDS_WITH_PARENT
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
