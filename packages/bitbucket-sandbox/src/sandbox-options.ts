import { randomBytes as secureRandomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RandomBytes } from './random-bytes.ts';
import type { SwitchChanges } from './switches/switches.ts';

const sizeSchema = z.object({
  seed: z.string().min(1).default('lockkeeper'),
  workspaces: z.number().int().min(1).max(1000).default(2),
  repositories: z.number().int().min(0).max(1_000_000).default(60),
  publicOrigin: z.url({ protocol: /^https?$/ }).optional(),
});

export interface SandboxOptions {
  /** The same seed and clock give the same data. */
  readonly seed?: string;
  readonly workspaces?: number;
  /** Over all workspaces; generated when first asked for. */
  readonly repositories?: number;
  /** The origin in links, where it differs from the address that is listened on. */
  readonly publicOrigin?: string;
  readonly switches?: SwitchChanges;
  readonly clock?: () => Date;
  /** Where keys, secrets and tokens come from; a test that wants the same ones each time passes its own. */
  readonly randomBytes?: RandomBytes;
  /** Sees every answer of the REST API as it is sent, except those that a fault brought about. */
  readonly onApiAnswer?: (answer: ApiAnswer) => void;
}

export interface ApiAnswer {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type ResolvedOptions = z.infer<typeof sizeSchema> &
  Required<Pick<SandboxOptions, 'clock' | 'randomBytes'>>;

/** @throws ZodError for a size that makes no sense */
export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  return {
    ...sizeSchema.parse(options),
    clock: options.clock ?? (() => new Date()),
    randomBytes: options.randomBytes ?? secureRandomBytes,
  };
}
