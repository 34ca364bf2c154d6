// Checks the arrows of `.dependency-cruiser.cjs`, and that the checker read every source file and its imports:
// with a compiler it does not know, dependency-cruiser reads nothing and reports success.
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { cruise } from 'dependency-cruiser';

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
process.chdir(root);

const { forbidden, options } = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'));
const { output } = await cruise(['apps', 'packages'], {
  ...options,
  ruleSet: { forbidden },
  validate: true,
});
if (typeof output === 'string') throw new Error('dependency-cruiser answered with text instead of a result');

const read = new Map(output.modules.map((module) => [module.source, module.dependencies.length]));
const sources = globSync('{apps,packages}/*/{src,tests}/**/*.{ts,tsx}').map((file) =>
  file.replaceAll('\\', '/'),
);
const importsOurs = /^(import|export) .*from '(\.\.?\/|@lockkeeper\/)/m;

const problems = [
  ...output.summary.violations
    .filter((violation) => violation.rule.severity === 'error')
    .map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
  ...sources.filter((file) => !read.has(file)).map((file) => `unread: ${file} was not looked at`),
  ...sources
    .filter((file) => read.get(file) === 0 && importsOurs.test(readFileSync(file, 'utf8')))
    .map((file) => `unread: the imports of ${file} were not seen`),
];
if (sources.length === 0) problems.push('unread: there is no source file to look at');

for (const problem of problems) console.error(problem);
const dependencies = [...read.values()].reduce((sum, count) => sum + count, 0);
console.log(`${read.size} modules and ${dependencies} imports read, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
