import { z } from 'zod';

/** What goes wrong with the next request that fits; used up by it. */
export const faultSchema = z.strictObject({
  /** The exact path, or its beginning followed by `*`. */
  path: z.string(),
  method: z.string().optional(),
  /** Answer with this instead of doing the work. */
  status: z.number().int().min(100).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  /** Wait before anything else. Without `status` or `hangup` the request then goes its usual way. */
  delayMs: z.number().min(0).optional(),
  /** Drop the connection before the work, or do the work and drop the connection instead of answering. */
  hangup: z.enum(['before', 'after']).optional(),
  /** How many requests it hits. */
  times: z.number().int().min(1).default(1),
});

export type FaultOptions = z.input<typeof faultSchema>;
export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  failNext(options: FaultOptions): void;
  /** The fault for this request, if there is one; counts it. */
  take(method: string, path: string): Fault | undefined;
  pending(): readonly Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let list: Fault[] = [];
  return {
    failNext: (options) => {
      list.push(faultSchema.parse(options));
    },
    take: (method, path) => {
      const fault = list.find((candidate) => fits(candidate, method, path));
      if (fault === undefined) return undefined;
      fault.times -= 1;
      if (fault.times === 0) list = list.filter((other) => other !== fault);
      return fault;
    },
    pending: () => list,
    clear: () => {
      list = [];
    },
  };
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  return fault.path.endsWith('*') ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}
