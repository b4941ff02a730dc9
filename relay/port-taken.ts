/** Somebody else listens on the port that the relay was to have. */
export class PortTaken extends Error {
  readonly code = 'port-taken'
  readonly host: string
  readonly port: number

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(`Port ${port} on ${host} is taken by another program. Stop that one or choose another port.`, options)
    this.name = 'PortTaken'
    this.host = host
    this.port = port
  }
}
