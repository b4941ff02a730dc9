import dbus from 'dbus-next'

/** The desktop's file manager on a session bus: remembers what it was asked to show. */
export type FileManager = { readonly shown: readonly string[]; close(): Promise<void> }

const NAME = 'org.freedesktop.FileManager1'

class Manager extends dbus.interface.Interface {
  readonly shown: string[] = []

  ShowItems(uris: string[], _startupId: string): void {
    this.shown.push(...uris)
  }
}
Manager.configureMembers({ methods: { ShowItems: { inSignature: 'ass', outSignature: '' } } })

export async function openFileManager(busAddress: string): Promise<FileManager> {
  const bus = dbus.sessionBus({ busAddress })
  const manager = new Manager(NAME)
  bus.export('/org/freedesktop/FileManager1', manager)
  await bus.requestName(NAME, dbus.NameFlag.DO_NOT_QUEUE)
  return {
    shown: manager.shown,
    async close() {
      await bus.releaseName(NAME)
      bus.disconnect()
    },
  }
}
