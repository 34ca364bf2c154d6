// `npm run bench [name …]`: every benchmark, or those named. Each prints ratios to a bare server of the same run.
const benchmarks: Record<string, () => Promise<unknown>> = {
  relay: () => import('./relay.ts'),
};

const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(benchmarks) : asked) {
  const run = benchmarks[name];
  if (run === undefined)
    throw new Error(`There is no benchmark ${name}; there are: ${Object.keys(benchmarks)}`);
  console.log(`\n== ${name}`);
  await run();
}
