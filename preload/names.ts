import type { CommandName, EventName } from '../protocol/ipc.ts'

/** Every command and event, as keys so that TypeScript misses none; written out because the preload must not carry the schemas. */
const commandNames: Readonly<Record<CommandName, true>> = {
  'app:snapshot': true,
  'app:save-view': true,
  'app:copy-text': true,
  'app:save-settings': true,
  'app:report-problem': true,
  'requests:list': true,
  'requests:get': true,
  'requests:deliveries': true,
  'requests:find': true,
  'requests:signature': true,
  'requests:mark-read': true,
  'requests:pin': true,
  'requests:resend': true,
  'requests:delete': true,
  'deliveries:try-now': true,
  'deliveries:cancel': true,
  'forwarding:set': true,
  'sources:test': true,
  'sources:add': true,
  'sources:update': true,
  'sources:remove': true,
  'sources:retry-now': true,
  'sources:send-test': true,
  'targets:add': true,
  'targets:update': true,
  'targets:remove': true,
  'targets:probe': true,
  'ports:list': true,
  'secrets:set-signing': true,
  'secrets:delete-signing': true,
  'relay:use-another-port': true,
}

const eventNames: Readonly<Record<EventName, true>> = {
  'requests:received': true,
  'requests:changed': true,
  'requests:deleted': true,
  'deliveries:changed': true,
  'forwarding:changed': true,
  'sources:changed': true,
  'targets:changed': true,
  'counts:changed': true,
  'relay:changed': true,
  'history:changed': true,
  'settings:changed': true,
  'app:shown': true,
}

export const names = Object.freeze({
  commands: Object.freeze(Object.keys(commandNames)),
  events: Object.freeze(Object.keys(eventNames)),
})
