import { z } from 'zod';

const logLine = z.looseObject({ level: z.union([z.string(), z.number()]), msg: z.string().default('') });

/** Besides these, whatever a line of the log holds is shown. */
const notShown = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'requestId', 'actor', 'err']);

/** pino's numbers, for programs that do not write the word. */
const levelNames: Record<string, string> = { 40: 'warn', 50: 'error', 60: 'fatal' };

/**
 * A line of a program's log as a person reads it; other text stays as it is.
 * @returns undefined for what is of no interest to somebody who watches
 */
export function readableLine(line: string): string | undefined {
  const parsed = logLine.safeParse(jsonOf(line));
  if (!parsed.success) return line;
  const { level, msg, ...rest } = parsed.data;
  if (msg === 'answered' && typeof rest.status === 'number' && rest.status < 500) return undefined;
  if (msg.startsWith('Server listening at')) return undefined;
  const name = levelNames[level] ?? String(level);
  const mark = ['warn', 'error', 'fatal'].includes(name) ? `${name}: ` : '';
  const facts = Object.entries(rest)
    .filter(([key]) => !notShown.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [mark + msg, reasonOf(rest.err), ...facts].filter(Boolean).join('  ');
}

function reasonOf(error: unknown): string {
  const parsed = z.looseObject({ message: z.string() }).safeParse(error);
  return parsed.success ? parsed.data.message : '';
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
