import type {
  ActorRef,
  CredentialTest,
  CredentialTestReport,
  CredentialTestStep,
  TokenView,
} from '@lockkeeper/contract';
import type { AuditLog } from '../access/audit-log.ts';
import { providerOf } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import {
  type CheckedCredential,
  checkClientOf,
  checkRefresh,
  checkRegistry,
  checkToken,
} from '../tokens/credential-checks.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { TokenTransport } from '../tokens/token-transport.ts';
import { connectTool } from './connect-tool.ts';
import type { ToolAccess } from './tool-access.ts';

export interface CredentialTestParts {
  db: Db;
  audit: AuditLog;
  credentials: Pick<CredentialStore, 'find'>;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'validate'>;
  transport: Pick<TokenTransport, 'fetchFor'>;
  tokens: { refresh(credentialId: string, caller: Caller): Promise<TokenView> };
  store: Pick<TokenStore, 'find'>;
  access: Pick<ToolAccess, 'open'>;
  publicUrl: URL;
  now: () => Date;
}

/** **Test credential**: everything a call with it needs, step by step, each with what to change. */
export class CredentialTestService {
  readonly #parts: CredentialTestParts;

  constructor(parts: CredentialTestParts) {
    this.#parts = parts;
  }

  async test(id: string, wish: CredentialTest, caller: Caller): Promise<CredentialTestReport> {
    const { credentials, registries, transport, now } = this.#parts;
    const credential = found(await credentials.find(id), 'credential');
    const registry = await registries.getStored(credential.profile.applicationRegistryId);
    const records = checkRegistry(await this.#checked(credential));
    const validation = providerOf(registry).validatesOnSave
      ? await registries.validate(registry.id, caller, {
          profileId: credential.profileId,
          fetchFor: (asked) => transport.fetchFor(credential, asked),
        })
      : undefined;
    // Before the rest is judged: it shows what is true now.
    const refreshed = wish.refresh ? await this.#refresh(credential, caller) : undefined;
    const checked = await this.#checked(credential);
    const steps = [
      records,
      checkClientOf(checked, validation),
      checkToken(checked),
      { ...checkRefresh(checked), ...refreshed },
      ...(await this.#tryTools(credential, wish, caller.actor)),
    ];
    const report: CredentialTestReport = {
      credentialId: credential.id,
      testedAt: now().toISOString(),
      outcome: worstOf(steps),
      steps,
    };
    await this.#record(credential, report, caller);
    return report;
  }

  async #checked(credential: CredentialRecord): Promise<CheckedCredential> {
    const { registries, store, publicUrl, now } = this.#parts;
    const [registry, token] = await Promise.all([
      registries.getStored(credential.profile.applicationRegistryId),
      store.find(credential.id),
    ]);
    return { credential, registry, token, publicUrl, now: now() };
  }

  /** @returns what differs from what the token itself tells then */
  async #refresh(credential: CredentialRecord, caller: Caller): Promise<Partial<CredentialTestStep>> {
    try {
      await this.#parts.tokens.refresh(credential.id, caller);
      return { answeredAt: this.#parts.now().toISOString() };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      // What the provider answered is in the token; this is what kept it from being asked.
      return error.code === 'credential.inactive'
        ? { result: 'not_checked', explanation: error.message }
        : {};
    }
  }

  async #tryTools(
    credential: CredentialRecord,
    wish: CredentialTest,
    actor: ActorRef,
  ): Promise<CredentialTestStep[]> {
    const base: Omit<CredentialTestStep, 'explanation'> = {
      step: 'tool',
      title: 'A tool accepts the token',
      result: 'not_checked',
      remedy: [],
      link: null,
      answer: null,
      answeredAt: null,
    };
    if (credential.canary) {
      const explanation = 'A canary is never used, not even for a test: any use raises an alarm.';
      return [{ ...base, explanation }];
    }
    if (credential.tools.length === 0) {
      return [{ ...base, explanation: 'No tool uses this credential, so there is nowhere to try it.' }];
    }
    return Promise.all(credential.tools.map(({ id }) => this.#tryTool(id, wish, actor)));
  }

  async #tryTool(
    toolId: string,
    { midServerId }: CredentialTest,
    actor: ActorRef,
  ): Promise<CredentialTestStep> {
    const { access, now } = this.#parts;
    const open = await access.open(toolId, actor, midServerId);
    const { report, status } = await connectTool(open, now);
    const { vendor } = open.definition.permissionPlace;
    const link = { label: `Open ${open.tool.name}`, path: `/tools/${toolId}` };
    const base = {
      step: 'tool',
      title: `${open.tool.name} accepts the token`,
      link,
      answer: status === null ? null : { status, error: null, errorDescription: null, requestId: null },
      answeredAt: report.checkedAt,
    } as const;
    const through = report.midServer === null ? '' : ` through the MID Server ${report.midServer.name}`;
    if (report.problem !== null) {
      const { title, detail, remedy } = report.problem;
      return { ...base, result: 'failed', explanation: `${title}${through}. ${detail}`, remedy };
    }
    const missing = report.permissions.filter(({ granted }) => !granted);
    const as = `${vendor} takes it for ${report.account?.displayName ?? 'somebody'}${through}.`;
    if (missing.length === 0) return { ...base, result: 'passed', explanation: as, remedy: [] };
    return {
      ...base,
      result: 'warning',
      explanation: `${as} Not granted: ${missing.map(({ label }) => `**${label}**`).join(', ')}.`,
      remedy: missing.flatMap(({ remedy }) => remedy ?? []),
    };
  }

  async #record(
    { id, name }: CredentialRecord,
    { outcome, steps }: CredentialTestReport,
    { actor, requestId }: Caller,
  ): Promise<void> {
    const { db, audit } = this.#parts;
    const after = { outcome, steps: steps.map(({ step, result }) => `${step}: ${result}`) };
    const entry = {
      ...{ actor, requestId, action: 'credential.tested', summary: `tested the credential ${name}`, after },
      subject: { type: 'credential', id, name },
      outcome: outcome === 'failed' ? ('failure' as const) : ('success' as const),
    };
    await db.transaction().execute((trx) => audit.record(entry, trx));
  }
}

function worstOf(steps: readonly CredentialTestStep[]): CredentialTestReport['outcome'] {
  if (steps.some(({ result }) => result === 'failed')) return 'failed';
  return steps.some(({ result }) => result === 'warning') ? 'warning' : 'passed';
}
