import { Callout } from '../../components/callout.tsx';
import { useSession } from '../../lib/session.ts';
import { homeTexts as texts } from '../../texts/home.ts';

/** Less does no harm to anything. */
const NOTABLE_SECONDS = 5;

/** The instance's machine has the wrong time; nothing where it is right. */
export function ClockWarning() {
  const { clockSkewSeconds } = useSession().instance;
  if (Math.abs(clockSkewSeconds) <= NOTABLE_SECONDS) return null;
  return (
    <Callout tone="warn" title={texts.clockOff(clockSkewSeconds)}>
      {texts.clockOffWhy}
    </Callout>
  );
}
