import type { EventSubscription, EventTest } from '@lockkeeper/contract';
import { Callout } from '../../components/callout.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import classes from './event-subscriptions.module.css';
import type { EventTesting } from './use-event-test.ts';

/** What is wrong with the receiver, and what came back from the last test. */
export function EventSubscriptionNotes({
  subscription,
  test,
}: {
  subscription: EventSubscription;
  test: EventTesting;
}) {
  const { disabled, failingSince, active } = subscription;
  return (
    <div className={classes.notes} aria-live="polite">
      {disabled !== null && (
        <Callout tone="bad" title={disabled.reason === 'gone' ? texts.gone : texts.gaveUp}>
          <RelativeTime at={disabled.at} />. {texts.switchOn}
        </Callout>
      )}
      {active && failingSince !== null && (
        <Callout tone="warn" title={texts.failing}>
          Since <RelativeTime at={failingSince} />. {texts.failingWhy}
        </Callout>
      )}
      {test.running && <Callout tone="info">{texts.testing}</Callout>}
      {!test.running && test.result !== undefined && isStillTrue(test.result, subscription) && (
        <TestResult result={test.result} />
      )}
    </div>
  );
}

/** A test that arrived says nothing any more once the receiver fails. */
function isStillTrue(
  { delivered, answer }: EventTest,
  { disabled, failingSince }: EventSubscription,
): boolean {
  const trouble = disabled?.at ?? failingSince;
  return !delivered || trouble === null || answer.at >= trouble;
}

function TestResult({ result: { delivered, answer } }: { result: EventTest }) {
  const { status, error, tookMs, body } = answer;
  return (
    <Callout
      tone={delivered ? 'good' : 'bad'}
      title={delivered ? texts.arrived(status ?? 0, tookMs) : texts.notArrived(error ?? '', tookMs)}
    >
      {status !== null && (
        <>
          {body === '' ? texts.noBody : `${texts.itAnswered}:`}
          {body !== '' && <pre className={classes.code}>{body}</pre>}
        </>
      )}
    </Callout>
  );
}
