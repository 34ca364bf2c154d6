import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Answer, Client } from './client.ts';
import type { Operation, OperationDetail, OperationKind } from './operation.ts';
import type { SetUp } from './set-up.ts';

const MOST_ATTEMPTS = 6;
const RETRY_AFTER_MS = 400;

interface Attempt {
  readonly detail: OperationDetail;
  readonly answer: Answer | undefined;
  readonly acked?: boolean;
}

export interface OperationParts {
  readonly setUp: SetUp;
  readonly providerOrigin: string;
  readonly random: Random;
  readonly log: Operation[];
}

/** What callers do. Each call is one operation, with whatever a patient caller does about a lost answer. */
export class Operations {
  readonly #parts: OperationParts;
  /** Of those that said so; a person sees the banner. */
  readonly #needConsent = new Set<string>();
  /** One writer at a time, so that the last one acknowledged is what must be there. */
  readonly #busy = new Set<string>();
  readonly #made: string[] = [];
  #count = 0;

  constructor(parts: OperationParts) {
    this.#parts = parts;
  }

  /** One of this kind; which record it is about, chance decides. */
  async run(kind: OperationKind): Promise<void> {
    await this.#note(() => this.#attempt(kind));
  }

  /** While nothing is killed yet. */
  async consentFirst(credentialId: string): Promise<void> {
    await this.#note(() => this.#consent(credentialId));
  }

  async #note(work: () => Promise<Attempt | undefined>): Promise<void> {
    const sentAtMs = Date.now();
    const attempt = await work();
    if (attempt === undefined) return;
    const { detail, answer } = attempt;
    this.#parts.log.push({
      ...detail,
      sentAtMs,
      endedAtMs: Date.now(),
      status: answer?.status,
      problem: answer?.json?.code,
      requestId: answer?.headers.get('x-request-id') ?? undefined,
      acked: attempt.acked ?? (answer !== undefined && answer.status < 300),
    });
  }

  /** The whole of Get OAuth Token. */
  async #consent(credentialId: string): Promise<Attempt | undefined> {
    const { browser } = this.#parts.setUp.actors;
    const started = await browser.send('POST', `/api/v1/credentials/${credentialId}/authorization`);
    if (started?.status !== 201) return undefined;
    const callback = await this.#grantAtProvider(started.json.authorizationUrl);
    if (callback === undefined) return undefined;
    const code = callback.searchParams.get('code') ?? '';
    const detail = { kind: 'consent', credentialId, code } as const;
    const answer = await browser.send('GET', `${callback.pathname}${callback.search}`);
    const result = answer?.headers.get('location');
    if (!result) return { detail, answer, acked: false };
    const page = await again(() => browser.send('GET', result));
    const acked = page?.text.includes('OAuth token flow completed successfully') === true;
    if (acked) this.#needConsent.delete(credentialId);
    return { detail, answer, acked };
  }

  async #attempt(kind: OperationKind): Promise<Attempt | undefined> {
    const { credentials } = this.#parts.setUp;
    const { id } = this.#parts.random.oneOf(credentials);
    switch (kind) {
      case 'hand_out':
        return this.#handOut(id);
      case 'refresh':
        return this.#refresh(id);
      case 'consent':
        return this.#alone(this.#whoNeedsConsent(), (credentialId) => this.#consent(credentialId));
      case 'revoke':
        return this.#alone(id, (credentialId) => this.#revoke(credentialId));
      case 'create':
        return this.#create();
      case 'patch':
        return this.#alone(this.#anyMade(), (credentialId) => this.#patch(credentialId));
      case 'delete':
        return this.#alone(this.#anyMade(), (credentialId) => this.#delete(credentialId));
      case 'enrolment':
        return this.#enrolment();
    }
  }

  async #handOut(credentialId: string): Promise<Attempt> {
    const answer = await this.#program.send('POST', `/api/v1/credentials/${credentialId}/access-token`);
    const { accessToken = '', expiresAt = '', code } = answer?.json ?? {};
    if (code === 'token.needs_authorization' || code === 'token.revoked') this.#needConsent.add(credentialId);
    return { detail: { kind: 'hand_out', credentialId, accessToken, expiresAt }, answer };
  }

  async #refresh(credentialId: string): Promise<Attempt> {
    const answer = await this.#admin.send('POST', `/api/v1/credentials/${credentialId}/token/refresh`);
    return { detail: { kind: 'refresh', credentialId, version: answer?.json?.version ?? 0 }, answer };
  }

  async #revoke(credentialId: string): Promise<Attempt> {
    const answer = await this.#admin.send('POST', `/api/v1/credentials/${credentialId}/token/revoke`);
    const atProvider = answer?.json?.provider === 'revoked';
    if (answer?.status === 200) this.#needConsent.add(credentialId);
    return { detail: { kind: 'revoke', credentialId, atProvider }, answer };
  }

  async #create(): Promise<Attempt> {
    const { setUp, random } = this.#parts;
    const name = `made ${++this.#count}`;
    const body = { name, profileId: random.oneOf(setUp.profileIds) };
    const { answer, attempts } = await this.#withKey('/api/v1/credentials', body);
    const id = answer?.status === 201 ? answer.json.id : '';
    if (id !== '') this.#made.push(id);
    return { detail: { kind: 'create', name, id, replayed: isReplayed(answer), attempts }, answer };
  }

  async #enrolment(): Promise<Attempt> {
    const name = `agent ${++this.#count}`;
    const { answer, attempts } = await this.#withKey('/api/v1/mid-servers/enrolment-tokens', { name });
    const id = answer?.status === 201 ? answer.json.enrolmentToken.id : '';
    return { detail: { kind: 'enrolment', name, id, replayed: isReplayed(answer), attempts }, answer };
  }

  async #patch(credentialId: string): Promise<Attempt | undefined> {
    const path = `/api/v1/credentials/${credentialId}`;
    const current = await this.#admin.send('GET', path);
    if (current?.status !== 200) return undefined;
    const order = ++this.#count;
    const answer = await this.#admin.send('PATCH', path, { order, version: current.json.version });
    return { detail: { kind: 'patch', credentialId, order }, answer };
  }

  async #delete(credentialId: string): Promise<Attempt> {
    this.#made.splice(this.#made.indexOf(credentialId), 1);
    const answer = await this.#admin.send('DELETE', `/api/v1/credentials/${credentialId}`);
    return { detail: { kind: 'delete', credentialId }, answer };
  }

  /** The same request until an answer comes, as its key allows. */
  async #withKey(path: string, body: unknown): Promise<{ answer: Answer | undefined; attempts: number }> {
    const headers = { 'idempotency-key': randomUUID() };
    for (let attempts = 1; ; attempts++) {
      const answer = await this.#admin.send('POST', path, body, headers);
      const isOpen =
        answer === undefined || answer.json?.code === 'request.under_way' || answer.status >= 500;
      if (!isOpen || attempts === MOST_ATTEMPTS) return { answer, attempts };
      await sleep(RETRY_AFTER_MS);
    }
  }

  async #alone<T>(id: string | undefined, work: (id: string) => Promise<T>): Promise<T | undefined> {
    if (id === undefined || this.#busy.has(id)) return undefined;
    this.#busy.add(id);
    try {
      return await work(id);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #grantAtProvider(authorizationUrl: string): Promise<URL | undefined> {
    const { search } = new URL(authorizationUrl);
    const answer = await fetch(`${this.#parts.providerOrigin}/consent${search}`, {
      method: 'POST',
      redirect: 'manual',
    }).catch(() => undefined);
    const location = answer?.headers.get('location');
    return location ? new URL(location) : undefined;
  }

  #whoNeedsConsent(): string | undefined {
    const [first] = this.#needConsent;
    return first;
  }

  #anyMade(): string | undefined {
    return this.#made.length === 0 ? undefined : this.#parts.random.oneOf(this.#made);
  }

  get #admin(): Client {
    return this.#parts.setUp.actors.admin;
  }

  get #program(): Client {
    return this.#parts.setUp.actors.program;
  }
}

function isReplayed(answer: Answer | undefined): boolean {
  return answer?.headers.get('idempotency-replayed') === 'true';
}

async function again(send: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send();
    if (answer !== undefined && answer.status < 500) return answer;
    if (attempt === MOST_ATTEMPTS) return answer;
    await sleep(RETRY_AFTER_MS);
  }
}
