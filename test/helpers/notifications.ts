import dbus from 'dbus-next'

export type Notice = { readonly title: string; readonly body: string }

/** The desktop's notification server on the session bus: remembers what was shown. */
export type NotificationServer = {
  readonly notices: readonly Notice[]
  /** Clicks the one at that place. */
  click(index: number): void
  close(): Promise<void>
}

const NAME = 'org.freedesktop.Notifications'

class Server extends dbus.interface.Interface {
  readonly notices: Notice[] = []

  Notify(_app: string, _replaces: number, _icon: string, title: string, body: string): number {
    this.notices.push({ title, body })
    return this.notices.length
  }
  CloseNotification(_id: number): void {}
  ActionInvoked(id: number, action: string): [number, string] {
    return [id, action]
  }
  GetCapabilities(): string[] {
    return ['body', 'actions']
  }
  GetServerInformation(): [string, string, string, string] {
    return ['test', 'test', '1', '1.2']
  }
}
Server.configureMembers({
  methods: {
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
  },
  signals: { ActionInvoked: { signature: 'us' } },
})

/** One name on a bus: tests that open this on the same one run one after the other. */
export async function openNotificationServer(busAddress?: string): Promise<NotificationServer> {
  const bus = dbus.sessionBus(busAddress === undefined ? {} : { busAddress })
  const server = new Server(NAME)
  bus.export('/org/freedesktop/Notifications', server)
  await bus.requestName(NAME, dbus.NameFlag.DO_NOT_QUEUE)
  return {
    notices: server.notices,
    click: (index) => void server.ActionInvoked(index + 1, 'default'),
    async close() {
      await bus.releaseName(NAME)
      bus.disconnect()
    },
  }
}
