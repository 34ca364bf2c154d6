import type { OAuthError } from '@lockkeeper/oauth';
import type { FastifyBaseLogger } from 'fastify';
import { providerOf, type StoredRegistry } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import { ProviderBreaker } from './provider-breaker.ts';

const SECOND = 1000;
/** How long the registry's other tokens are left alone; then one of them finds out. */
const PAUSE_MS = 60 * SECOND;

export interface RefusedClientsParts {
  registries: Pick<ApplicationRegistryService, 'noteClientAnswer'>;
  now: () => Date;
  logger: FastifyBaseLogger;
}

/**
 * Registries whose client the provider refuses. That is the matter of the registry: it is told once, with the registry,
 * and not of each of its tokens; and a thousand requests that can only be refused are not sent. A person's wish always
 * is, and an edited registry is another one.
 */
export class RefusedClients {
  readonly #parts: RefusedClientsParts;
  readonly #circuits: ProviderBreaker;

  constructor(parts: RefusedClientsParts) {
    this.#parts = parts;
    this.#circuits = new ProviderBreaker(parts.now);
  }

  /** @returns until when nothing may be sent for it, or undefined: it may, and its outcome must be told */
  pausedUntil(registry: StoredRegistry): Date | undefined {
    return this.#circuits.pausedUntil(keyOf(registry));
  }

  /** Nothing was sent after all, or nothing is known of it. */
  undecided(registry: StoredRegistry): void {
    this.#circuits.undecided(keyOf(registry));
  }

  async accepted(registry: StoredRegistry): Promise<void> {
    this.#circuits.answered(keyOf(registry));
    if (registry.validation?.outcome === 'client_refused') await this.#note(registry, undefined);
  }

  async refused(registry: StoredRegistry, error: OAuthError): Promise<void> {
    const key = keyOf(registry);
    // Where a dead refresh token is answered in the same words, the answer says nothing of the client.
    if (isMeantForToken(registry, error)) return this.#circuits.undecided(key);
    this.#circuits.failed(key, PAUSE_MS);
    await this.#note(registry, error);
  }

  async #note(registry: StoredRegistry, error: OAuthError | undefined): Promise<void> {
    try {
      await this.#parts.registries.noteClientAnswer(registry, error);
    } catch (cause) {
      // The token's own outcome counts more; the next answer tells again.
      const what = 'what a provider said of a client could not be stored';
      this.#parts.logger.warn({ err: cause, applicationRegistryId: registry.id }, what);
    }
  }
}

export function isMeantForToken(registry: { template: string }, { providerError }: OAuthError): boolean {
  return providerOf(registry).deadRefreshToken?.errors.includes(providerError ?? '') ?? false;
}

function keyOf({ id, version }: StoredRegistry): string {
  return `${id} ${version}`;
}
