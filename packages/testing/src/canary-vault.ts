import { randomBytes } from 'node:crypto';

/** Secrets that are planted in a test, and the search for them where they must never turn up. */
export class CanaryVault {
  readonly #canaries = new Map<string, string>();

  /** A new secret with a name that is obvious where it is found, such as `canary-client-secret-4f1c…`. */
  plant(kind: string): string {
    return this.register(kind, `canary-${kind}-${randomBytes(12).toString('hex')}`);
  }

  /** Watches for a secret that was made elsewhere, such as an access token of the provider. */
  register(kind: string, secret: string): string {
    if (secret.length < 8) throw new Error(`The ${kind} is too short to be told from other text`);
    this.#canaries.set(secret, kind);
    return secret;
  }

  /** What is watched for, so that a test can tell that it watched at all. */
  get kinds(): Set<string> {
    return new Set(this.#canaries.values());
  }

  /** The kinds of secrets found, with the form they were found in; empty if there are none. */
  find(text: string): string[] {
    const lower = text.toLowerCase();
    return [...this.#canaries].flatMap(([secret, kind]) =>
      formsOf(secret)
        .filter(({ value, ignoreCase }) =>
          ignoreCase ? lower.includes(value.toLowerCase()) : text.includes(value),
        )
        .map(({ form }) => `${kind} (${form})`),
    );
  }
}

interface Form {
  form: string;
  value: string;
  ignoreCase?: boolean;
}

function formsOf(secret: string): Form[] {
  const bytes = Buffer.from(secret);
  const all: Form[] = [
    { form: 'raw', value: secret },
    { form: 'URL-encoded', value: encodeURIComponent(secret), ignoreCase: true },
    { form: 'hex', value: bytes.toString('hex'), ignoreCase: true },
    ...base64Cores(bytes).flatMap((core) => [
      { form: 'base64', value: core },
      { form: 'base64url', value: core.replaceAll('+', '-').replaceAll('/', '_') },
    ]),
  ];
  return all.filter((entry, index) => all.findIndex(({ value }) => value === entry.value) === index);
}

/** Inside other encoded bytes (a Basic header) a secret looks different for each offset of 0 to 2 bytes. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
}
