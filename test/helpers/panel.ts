import dbus from 'dbus-next'

/** An entry of a tray menu, as the desktop's panel gets it. */
export type PanelEntry = {
  readonly id: number
  readonly label: string
  readonly enabled: boolean
  /** Null for entries without a tick. */
  readonly checked: boolean | null
  readonly children: readonly PanelEntry[]
}

/** A desktop's panel on the session bus: tray icons register with it (StatusNotifierItem), and it reads and clicks their menus (dbusmenu). */
export type Panel = {
  /** The bus name of a process's tray icon, or null while it has none: other apps of the session have theirs. */
  iconOf(pid: number | undefined): Promise<string | null>
  menu(icon: string): Promise<readonly PanelEntry[]>
  tooltip(icon: string): Promise<string>
  click(icon: string, id: number): Promise<void>
  close(): Promise<void>
}

const WATCHER = 'org.kde.StatusNotifierWatcher'
const ITEM_PATH = '/StatusNotifierItem'
type Raw = [id: number, properties: Record<string, dbus.Variant>, children: dbus.Variant<Raw>[]]

class Watcher extends dbus.interface.Interface {
  readonly icons: string[] = []

  get RegisteredStatusNotifierItems(): string[] {
    return this.icons
  }
  get IsStatusNotifierHostRegistered(): boolean {
    return true
  }
  get ProtocolVersion(): number {
    return 0
  }
  RegisterStatusNotifierItem(service: string): void {
    this.icons.push(service)
  }
  RegisterStatusNotifierHost(_service: string): void {}
}
Watcher.configureMembers({
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: dbus.interface.ACCESS_READ },
    IsStatusNotifierHostRegistered: { signature: 'b', access: dbus.interface.ACCESS_READ },
    ProtocolVersion: { signature: 'i', access: dbus.interface.ACCESS_READ },
  },
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
})

/** Becomes the session's panel. There is one name for it on a bus, so tests with a panel run one after the other. */
export async function openPanel(): Promise<Panel> {
  const bus = dbus.sessionBus()
  const watcher = new Watcher(WATCHER)
  bus.export('/StatusNotifierWatcher', watcher)
  await bus.requestName(WATCHER, dbus.NameFlag.DO_NOT_QUEUE)

  async function call(
    icon: string,
    path: string,
    member: { iface: string; name: string; signature?: string; body?: unknown[] },
  ) {
    const message = new dbus.Message({
      destination: icon,
      path,
      interface: member.iface,
      member: member.name,
      signature: member.signature ?? '',
      body: member.body ?? [],
    })
    const reply = await bus.call(message)
    return reply?.body ?? []
  }

  /** Null for one that has left the bus. */
  async function processOf(icon: string): Promise<number | null> {
    const message = new dbus.Message({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'GetConnectionUnixProcessID',
      signature: 's',
      body: [icon],
    })
    const reply = await bus.call(message).catch(() => null)
    return reply === null ? null : Number(reply.body[0])
  }

  // The object does not list its properties when introspected, so they are asked for without looking.
  async function property(icon: string, name: string): Promise<unknown> {
    const [variant] = await call(icon, ITEM_PATH, {
      iface: 'org.freedesktop.DBus.Properties',
      name: 'Get',
      signature: 'ss',
      body: ['org.kde.StatusNotifierItem', name],
    })
    return (variant as dbus.Variant<unknown>).value
  }

  async function menuPath(icon: string): Promise<string> {
    return String(await property(icon, 'Menu'))
  }

  return {
    async iconOf(pid) {
      for (const icon of watcher.icons) if ((await processOf(icon)) === pid) return icon
      return null
    },
    async menu(icon) {
      const [, layout] = await call(icon, await menuPath(icon), {
        iface: 'com.canonical.dbusmenu',
        name: 'GetLayout',
        signature: 'iias',
        body: [0, -1, []],
      })
      return toEntry(layout as Raw).children
    },
    async tooltip(icon) {
      const [, , title] = (await property(icon, 'ToolTip')) as [string, unknown, string, string]
      return title
    },
    async click(icon, id) {
      await call(icon, await menuPath(icon), {
        iface: 'com.canonical.dbusmenu',
        name: 'Event',
        signature: 'isvu',
        body: [id, 'clicked', new dbus.Variant('i', 0), 0],
      })
    },
    async close() {
      await bus.releaseName(WATCHER)
      bus.disconnect()
    },
  }
}

function toEntry([id, properties, children]: Raw): PanelEntry {
  const value = (name: string): unknown => properties[name]?.value
  return {
    id,
    // An underscore marks the key to press.
    label: textOf(value('label')).replaceAll('_', ''),
    enabled: value('enabled') !== false,
    checked: value('toggle-type') === undefined ? null : value('toggle-state') === 1,
    children: children.map((child) => toEntry(child.value)),
  }
}

/** Every entry of a menu with its submenus, in order. */
export function flatten(entries: readonly PanelEntry[]): PanelEntry[] {
  return entries.flatMap((entry) => [entry, ...flatten(entry.children)])
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
