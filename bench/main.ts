// `npm run bench [-- name …] [--json]`: every benchmark, or those named. Each prints ratios to a bare server of the same
// run; with --json each ends with one line of JSON.
const benchmarks: Record<string, () => Promise<object | undefined>> = {
  P1: async () => (await import('./hand-out.ts')).benchHandOut(),
  P6: async () => (await import('./start.ts')).benchStart(),
  P7: async () => (await import('./refresh.ts')).benchRefresh(),
  relay: async () => {
    await import('./relay.ts');
    return undefined;
  },
};

const asked = process.argv.slice(2).filter((word) => word !== '--json');
const isJson = process.argv.includes('--json');
for (const name of asked.length === 0 ? Object.keys(benchmarks) : asked) {
  const run = benchmarks[name];
  if (run === undefined)
    throw new Error(`There is no benchmark ${name}; there are: ${Object.keys(benchmarks)}`);
  console.log(`\n== ${name}`);
  const result = await run();
  if (isJson && result !== undefined) console.log(JSON.stringify(result));
}
