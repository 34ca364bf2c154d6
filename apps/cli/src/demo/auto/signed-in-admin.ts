import { randomBytes } from 'node:crypto';
import { invitation } from '@lockkeeper/contract';
import { ApiClient } from '../api-client.ts';
import { createAdminKey, createSetupLink, type Place } from '../instance-admin.ts';

export interface SignedInAdmin {
  api: ApiClient;
  email: string;
  /** Made up for this run, and shown so that somebody can look at the result. */
  password: string;
}

/**
 * Becomes an administrator as a person would: with the one-time set-up link, or, where there are administrators
 * already, with an invitation.
 */
export async function signInAsAdmin(publicUrl: URL, place: Place): Promise<SignedInAdmin> {
  const person = {
    name: 'Walkthrough',
    email: `walkthrough-${randomBytes(3).toString('hex')}@example.com`,
    password: randomBytes(12).toString('base64url'),
  };
  const link = (await createSetupLink(place)) ?? (await invite(person, publicUrl, place));
  const api = ApiClient.asBrowser(publicUrl);
  await api.send('POST', '/setup', { token: new URL(link).hash.slice(1), ...person });
  return { api, ...person };
}

async function invite(
  person: { email: string; name: string },
  publicUrl: URL,
  place: Place,
): Promise<string> {
  const key = await createAdminKey(`lockkeeper demo: invites ${person.email}`, place);
  const { email, name } = person;
  const body = { email, name, roles: ['admin'] };
  return (await ApiClient.withKey(publicUrl, key).post('/users/invitations', body, invitation)).url;
}
