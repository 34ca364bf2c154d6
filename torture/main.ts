// `npm run torture -- --kills N --seed S [--json]`: see docs/decisions/0016-….md. Ends with status 1 when anything was
// lost, doubled or handed out wrongly, or a grant was lost that could have been kept.
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    json: { type: 'boolean', default: false },
  },
});
const kills = wholeNumber('kills', values.kills);
const seed = wholeNumber('seed', values.seed);
if (process.platform !== 'linux') {
  console.error('The torture needs Linux: it looks into /proc to tell whom an answer was sent to.');
  process.exit(2);
}
const { figures, faults } = await torture({ kills, seed, say: (line) => console.log(line) });
for (const [name, value] of Object.entries(figures)) {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  console.log(`${words.padEnd(26)} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
}
for (const { what, detail } of faults) console.log(`FAULT ${what}\n  ${detail}`);
if (values.json) console.log(JSON.stringify({ case: 'torture', ...figures }));
process.exit(faults.length === 0 ? 0 : 1);

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} must be a whole number, such as --${name} 50`);
  process.exit(2);
}
