import { randomUUID } from 'node:crypto';
import type {
  EnrolmentToken,
  EnrolmentTokenCreated,
  MidServerEnrol,
  MidServerEnrolled,
  Page,
} from '@lockkeeper/contract';
import { agentFingerprint, instanceKeyThumbprint, LIMITS } from '@lockkeeper/contract/mid';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import { hashToken, newOneTimeToken } from '../access/one-time-token.ts';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { actorOf, type Principal } from '../http/principal.ts';
import {
  addEnrolmentToken,
  listEnrolmentTokens,
  noteEnrolled,
  redeemEnrolmentToken,
  removeEnrolmentToken,
} from './enrolment-token-store.ts';
import type { InstanceIdentity } from './instance-identity.ts';
import type { MidServer } from './mid-server.ts';
import { addMidServer, isNameTaken } from './mid-server-store.ts';

export interface EnrolmentServiceOptions {
  readonly db: Kysely<Database>;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly identity: InstanceIdentity;
  readonly publicUrl: URL;
  readonly now: () => Date;
}

/** Who asked, and in which request. */
export interface Origin {
  readonly principal: Principal;
  readonly requestId: string;
}

const TOKEN_PREFIX = 'lkmid_';
const TOKEN_LIFE_MS = 60 * 60 * 1000;

/** How an agent comes to be known: an admin's one-time token, used once, within the hour. */
export class EnrolmentService {
  readonly #options: EnrolmentServiceOptions;

  constructor(options: EnrolmentServiceOptions) {
    this.#options = options;
  }

  list(page: PageRequest): Promise<Page<EnrolmentToken>> {
    return listEnrolmentTokens(this.#options.db, page);
  }

  /** The token is in the answer and nowhere else; it also names the key that the instance must have. */
  async createToken(name: string | undefined, origin: Origin): Promise<EnrolmentTokenCreated> {
    const { db, audit, identity, publicUrl, now } = this.#options;
    const { token: secret, hash } = newOneTimeToken(TOKEN_PREFIX);
    const createdAt = now();
    const enrolmentToken = await db.transaction().execute(async (trx) => {
      const added = await addEnrolmentToken(trx, {
        id: newId('enrolmentToken'),
        hash,
        name: name ?? null,
        createdAt,
        createdBy: actorOf(origin.principal),
        expiresAt: new Date(createdAt.getTime() + TOKEN_LIFE_MS),
      });
      await audit.record(
        {
          actor: actorOf(origin.principal),
          action: 'enrolment-token.created',
          subject: { type: 'enrolment-token', id: added.id, name: added.name },
          summary: 'made a one-time token to enrol a MID Server',
          after: { name: added.name, expiresAt: added.expiresAt },
          requestId: origin.requestId,
        },
        trx,
      );
      return added;
    });
    const token = `${secret.reveal()}.${await instanceKeyThumbprint(identity.publicKey)}`;
    const command = `lockkeeper mid-server enrol --instance ${publicUrl.origin} --token ${token}`;
    return { enrolmentToken, token, command };
  }

  async removeToken(id: string, origin: Origin): Promise<void> {
    const { db, audit } = this.#options;
    await db.transaction().execute(async (trx) => {
      found((await removeEnrolmentToken(trx, id)) || undefined, 'unused enrolment token');
      await audit.record(
        {
          actor: actorOf(origin.principal),
          action: 'enrolment-token.removed',
          subject: { type: 'enrolment-token', id, name: null },
          summary: 'withdrew a one-time token to enrol a MID Server',
          requestId: origin.requestId,
        },
        trx,
      );
    });
  }

  /** @throws HubError `mid_server.enrolment_refused`, the same for a token unknown, used and expired */
  async enrol(asked: MidServerEnrol, address: string, requestId: string): Promise<MidServerEnrolled> {
    const { db, identity, publicUrl } = this.#options;
    const hash = hashToken(asked.token.split('.')[0] ?? '');
    const server = await db
      .transaction()
      .execute((trx) => this.#enrolWith(trx, hash, asked, address, requestId));
    if (server === undefined) {
      await this.#refused(asked, address, requestId);
      throw new HubError('mid_server.enrolment_refused', {
        detail: 'The enrolment token is unknown, used or older than an hour. Make a new one and try again.',
      });
    }
    const sessionUrl = new URL(LIMITS.SESSION_PATH, publicUrl);
    sessionUrl.protocol = publicUrl.protocol === 'https:' ? 'wss:' : 'ws:';
    return {
      id: server.id,
      name: server.name,
      fingerprint: server.fingerprint,
      instanceKey: { kty: 'OKP', crv: 'Ed25519', x: identity.publicKey },
      instanceId: identity.instanceId,
      sessionUrl: sessionUrl.href,
    };
  }

  async #enrolWith(
    trx: Kysely<Database>,
    hash: Buffer,
    asked: MidServerEnrol,
    address: string,
    requestId: string,
  ): Promise<MidServer | undefined> {
    const { audit, events, outbox, now } = this.#options;
    const token = await redeemEnrolmentToken(trx, hash, now());
    if (token === undefined) return undefined;
    const server: MidServer = {
      id: newId('midServer'),
      name: await freeName(trx, token.name ?? asked.name ?? asked.host),
      signingKey: asked.signingKey.x,
      sealingKey: asked.sealingKey.x,
      fingerprint: await agentFingerprint(asked.signingKey.x, asked.sealingKey.x),
      host: asked.host,
      enrolledFrom: address,
      agentVersion: asked.agentVersion,
      enrolledAt: now(),
      enrolledBy: token.created_by,
      validatedAt: null,
      validatedBy: null,
      pausedAt: null,
      lastHeartbeatAt: null,
      rekeyRequestedAt: null,
    };
    await addMidServer(trx, server);
    await noteEnrolled(trx, token.id, server.id);
    await events.publish({ type: 'mid-server.updated', midServerId: server.id }, trx);
    const { host, fingerprint } = server;
    await outbox.publish(
      { type: 'mid_server.enrolled', data: { midServer: server, host, fingerprint } },
      trx,
    );
    await audit.record(
      {
        actor: { kind: 'mid_server', id: server.id, name: server.name },
        action: 'mid-server.enrolled',
        subject: { type: 'mid-server', id: server.id, name: server.name },
        summary: `enrolled from ${address} with a token of ${token.created_by.name}`,
        after: { host: server.host, fingerprint: server.fingerprint, enrolledFrom: address },
        requestId,
      },
      trx,
    );
    return server;
  }

  async #refused(asked: MidServerEnrol, address: string, requestId: string): Promise<void> {
    await this.#options.audit.record(
      {
        actor: { kind: 'system', id: null, name: 'enrolment' },
        action: 'mid-server.enrolled',
        outcome: 'failure',
        subject: { type: 'mid-server', id: null, name: asked.name ?? asked.host },
        summary: `refused an enrolment from ${address}: the token is unknown, used or expired`,
        requestId,
      },
      this.#options.db,
    );
  }
}

/** An agent cannot be asked for another name: it gets one that is free. */
async function freeName(trx: Kysely<Database>, wanted: string): Promise<string> {
  if (!(await isNameTaken(trx, wanted))) return wanted;
  for (let number = 2; number < 100; number += 1) {
    const name = `${wanted.slice(0, 115)}-${number}`;
    if (!(await isNameTaken(trx, name))) return name;
  }
  return `${wanted.slice(0, 80)}-${randomUUID()}`;
}
