import { staticChecks } from './static-checks.ts';
import { runSteps } from './step.ts';

await runSteps(staticChecks);
