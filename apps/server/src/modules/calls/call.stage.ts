import { type CallScene, emptyScene } from './calls.presenter.ts'

/** What the caller's screen shows besides what is stored: menu, place, words. */
export type CallStage = {
  scene(): CallScene
  change(patch: Partial<CallScene>): void
}

/** An empty stage. */
export function createCallStage(): CallStage {
  let scene = emptyScene
  return {
    scene: () => scene,
    change(patch) {
      scene = { ...scene, ...patch }
    },
  }
}
