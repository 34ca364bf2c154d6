import type { Tool } from '@lockkeeper/contract';
import { Callout } from '../../components/callout.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { clockTime } from '../../lib/time.ts';

/** Why the last Connect failed and what to do, or until when the tool's rate limit holds calls back. */
export function ConnectProblem({ tool }: { tool: Tool }) {
  const problem = tool.connectReport?.problem;
  if (problem) {
    return (
      <Callout tone="bad" role="alert" title={`${problem.title}.`}>
        <Emphasis text={problem.detail} />
        {problem.remedy.length > 0 && (
          <ol>
            {problem.remedy.map((step) => (
              <li key={step}>
                <Emphasis text={step} />
              </li>
            ))}
          </ol>
        )}
      </Callout>
    );
  }
  if (tool.state !== 'throttled') return null;
  return (
    <Callout tone="warn" title="The rate limit of Bitbucket is used up.">
      {tool.throttledUntil
        ? `Calls go on by themselves at ${clockTime(new Date(tool.throttledUntil))} UTC.`
        : 'Calls go on by themselves.'}{' '}
      Nothing is lost until then.
    </Callout>
  );
}
