import { readFileSync } from 'node:fs';

/** Linux counts CPU in hundredths of a second. */
const TICK_MS = 10;

/** CPU used so far by a process, all threads, from `/proc/<pid>/stat`. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

export function peakMebibytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
