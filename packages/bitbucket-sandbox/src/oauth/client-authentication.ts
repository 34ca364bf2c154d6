import type { Consumer } from '../consumers/consumer.ts';

export type ClientAuthenticationMethod = 'basic' | 'body' | 'none';

export interface ClientAuthentication {
  readonly method: ClientAuthenticationMethod;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** HTTP Basic is the documented form; the request body is accepted and shows up in the inspection. */
export function readClientAuthentication(
  authorization: string | undefined,
  form: Readonly<Record<string, string>>,
): ClientAuthentication {
  const encoded = /^basic\s+(.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded !== undefined) {
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon === -1) return { method: 'basic', clientId: decoded, clientSecret: '' };
    return { method: 'basic', clientId: decoded.slice(0, colon), clientSecret: decoded.slice(colon + 1) };
  }
  const { client_id: clientId, client_secret: clientSecret } = form;
  if (clientId === undefined || clientSecret === undefined)
    return { method: 'none', clientId: '', clientSecret: '' };
  return { method: 'body', clientId, clientSecret };
}

export function isAuthenticated(
  consumer: Consumer | undefined,
  client: ClientAuthentication,
): consumer is Consumer {
  return consumer !== undefined && client.method !== 'none' && consumer.secret === client.clientSecret;
}
