/** The one part of undici that is used. Its whole has fetch, caches and much more, which every start would compile and keep. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici'

  export default Client
}
