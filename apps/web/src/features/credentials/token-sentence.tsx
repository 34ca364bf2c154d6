import type { TokenView } from '@lockkeeper/contract';
import { useNow } from '../../lib/now.ts';
import { absoluteUtc, clockTime, relativeTime } from '../../lib/time.ts';
import classes from './token-panel.module.css';

/** The token in one sentence, its time absolute and bold, with the relative time below. */
export function TokenSentence({ token }: { token: TokenView }) {
  const now = useNow(1_000);
  const { message, expiresAt, issuedAt, version } = token;
  const time = expiresAt === null ? '' : absoluteUtc(new Date(expiresAt));
  const at = time === '' ? -1 : message.indexOf(time);
  return (
    <div className={classes.sentence}>
      <p role="status">
        {at === -1 ? (
          message
        ) : (
          <>
            {message.slice(0, at)}
            <strong>{time}</strong>
            {message.slice(at + time.length)}
          </>
        )}
      </p>
      {issuedAt !== null && (
        <div className={classes.sub}>
          {at !== -1 && expiresAt !== null && `${relativeTime(new Date(expiresAt), now)} · UTC · `}
          issued {clockTime(new Date(issuedAt))}, version {version}
        </div>
      )}
    </div>
  );
}
