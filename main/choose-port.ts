import type { Engine } from '../core/engine/engine.ts'
import type { SourceId } from '../protocol/ids.ts'

/**
 * What a click on a port in the tray does to a source: a ticked port is taken out; another one takes the place of its only target, or joins several,
 * so that no choice made in the window is lost by one click.
 */
export async function choosePort(engine: Engine, id: SourceId, port: number): Promise<void> {
  const source = engine.sources.get(id)
  if (source === null) return
  const onPort = new Set(
    engine.targets.all().flatMap((target) => (new URL(target.url).port === String(port) ? [target.id] : [])),
  )
  if (source.targets.some((target) => onPort.has(target))) {
    await engine.sources.update(id, { targets: source.targets.filter((target) => !onPort.has(target)) })
    return
  }
  const target = await engine.targets.add({ url: `http://localhost:${port}` })
  await engine.sources.update(id, { targets: source.targets.length > 1 ? [...source.targets, target.id] : [target.id] })
}
