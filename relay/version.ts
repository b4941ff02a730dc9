/** What agents are told of this program. The version is package.json's; a test compares them. */
export const RELAY = { name: 'creel', version: '0.1.0' } as const
