import type { Credential, Expiry, MidServer, Tool } from '@lockkeeper/contract';
import { type StateLook, states } from '../../components/states.ts';
import { paths } from '../../lib/paths.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { expiryOf } from '../credentials/token-state.ts';

/** Something that goes on only when a person does something. */
export interface Need {
  key: string;
  look: StateLook;
  title: string;
  why: string;
  action: string;
  href: string;
}

export interface Inventory {
  credentials: readonly Credential[];
  midServers: readonly MidServer[];
  tools: readonly Tool[];
  expiries: readonly Expiry[];
  /** How many tokens nobody used for 90 days. */
  unused?: number | undefined;
}

/** What needs somebody, the worst first. */
export function needsOf({ credentials, midServers, tools, expiries, unused = 0 }: Inventory): Need[] {
  const active = credentials.filter((credential) => credential.active);
  return [
    ...active
      .filter(({ token }) => token.state === 'needs_authorization')
      .map((credential) => ({
        key: credential.id,
        look: states.needsAuthorization,
        title: texts.needsAuthorization(credential.name),
        why: credential.token.problem?.detail ?? texts.needsAuthorizationWhy,
        action: texts.getToken,
        href: paths.credential(credential.id),
      })),
    ...tools
      .filter(({ state }) => state === 'disconnected')
      .map((tool) => ({
        key: tool.id,
        look: states.disconnected,
        title: texts.disconnected(tool.name),
        why: tool.connectReport?.problem?.title ?? texts.disconnectedWhy,
        action: texts.openTool,
        href: paths.tool(tool.id),
      })),
    ...expiries.map((expiry) => ({
      key: `${expiry.subject.id} ${expiry.kind}`,
      look: states.expiring,
      title: texts.endsOn(expiry.subject.name, expiry.endsAt),
      why: `${expiry.why} ${expiry.remedy}`,
      action: texts.open,
      href: expiryHref(expiry),
    })),
    ...midServers
      .filter(({ validated }) => !validated)
      .map((server) => ({
        key: server.id,
        look: states.notValidated,
        title: texts.waitsForValidation(server.name),
        why: texts.waitsForValidationWhy,
        action: texts.compare,
        href: paths.midServer(server.id),
      })),
    ...active
      .filter(({ token }) => token.state === 'none')
      .map((credential) => ({
        key: credential.id,
        look: states.none,
        title: texts.noToken(credential.name),
        why: texts.noTokenWhy,
        action: texts.getToken,
        href: paths.credential(credential.id),
      })),
    ...(unused === 0
      ? []
      : [
          {
            key: 'unused',
            look: states.expiring,
            title: texts.unused(unused),
            why: texts.unusedWhy,
            action: texts.look,
            href: `${paths.tokens}?view=unused`,
          },
        ]),
  ];
}

function expiryHref({ subject: { type, id } }: Expiry): string {
  if (type === 'api_key') return '/api-keys';
  return type === 'credential' ? paths.credential(id) : paths.registry(id);
}

const urgency = ['needs_authorization', 'uncertain', 'refreshing', 'available', 'none', 'revoked'] as const;

/** Credentials with the most urgent token first: by state, then by how soon it ends. */
export function mostUrgentFirst(credentials: readonly Credential[]): Credential[] {
  const end = ({ token }: Credential) => {
    const expiresAt = expiryOf(token);
    return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  };
  return credentials.toSorted(
    (one, other) =>
      urgency.indexOf(one.token.state) - urgency.indexOf(other.token.state) ||
      (end(one) === end(other) ? 0 : end(one) - end(other)),
  );
}

/** How many there are of each look, in the order of first appearance. */
export function countLooks(looks: readonly StateLook[]): { look: StateLook; count: number }[] {
  return [...Map.groupBy(looks, (look) => look).entries()].map(([look, members]) => ({
    look,
    count: members.length,
  }));
}
