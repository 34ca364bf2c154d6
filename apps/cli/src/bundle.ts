import { readFileSync } from 'node:fs';
import module, { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * For the bundle only: what V8 compiled is kept for the next start, and stacks name the sources.
 * @param folder of the bundle; whoever may write there may change the program anyway, unlike in the usual place for
 *   compiled code, which all users share. Where it cannot be written, nothing is kept.
 */
export function useBundle(folder: string): void {
  module.enableCompileCache(path.join(folder, '.compiled'));
  nameSources();
}

/** Node's own way reads every map at the start, which costs 0.3 s and 60 MB; this reads one when a stack is asked for. */
function nameSources(): void {
  const maps = new Map<string, SourceMap | undefined>();
  Error.prepareStackTrace = (error, frames) =>
    [headOf(error), ...frames.map((frame) => `    at ${placeOf(frame, maps)}`)].join('\n');
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function placeOf(frame: NodeJS.CallSite, maps: Map<string, SourceMap | undefined>): string {
  const text = String(frame);
  const [url, line, column] = [
    frame.getScriptNameOrSourceURL(),
    frame.getLineNumber(),
    frame.getColumnNumber(),
  ];
  if (!url?.startsWith('file:') || line === null || column === null) return text;
  if (!maps.has(url)) maps.set(url, readMap(url));
  const origin = maps.get(url)?.findOrigin(line, column);
  if (origin === undefined || !('fileName' in origin)) return text;
  return text.replace(
    `${url}:${line}:${column}`,
    `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`,
  );
}

function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')));
  } catch {
    // Not of the bundle.
    return undefined;
  }
}
