import { lazy, Suspense, useEffect, useState } from 'react';
import { onStepUp } from '../../lib/shell-requests.ts';

const StepUpDialog = lazy(() =>
  import('./step-up-dialog.tsx').then((module) => ({ default: module.StepUpDialog })),
);

type Answer = (confirmed: boolean) => void;

/** Waits for a request that the instance answers only to somebody who has just proved who they are. */
export function StepUp() {
  const [waiting, setWaiting] = useState<readonly Answer[]>([]);
  useEffect(() => onStepUp((answer) => setWaiting((others) => [...others, answer])), []);
  if (waiting.length === 0) return null;
  return (
    <Suspense>
      <StepUpDialog
        onAnswer={(confirmed) => {
          for (const answer of waiting) answer(confirmed);
          setWaiting([]);
        }}
      />
    </Suspense>
  );
}
