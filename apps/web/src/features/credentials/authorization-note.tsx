import type { Credential } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { Callout } from '../../components/callout.tsx';
import { ExternalLink } from '../../components/external-link.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import type { useAuthorization } from './use-authorization.ts';

export interface AuthorizationNoteProps {
  credential: Credential;
  authorization: ReturnType<typeof useAuthorization>;
}

/** A consent under way, or what is wrong with the token. */
export function AuthorizationNote({ credential: { token }, authorization }: AuthorizationNoteProps) {
  return (
    <>
      {authorization.error !== null && <ProblemPanel error={authorization.error} />}
      {authorization.blockedUrl !== null && (
        <Callout tone="warn" role="alert" title={texts.blockedTitle}>
          <ExternalLink url={authorization.blockedUrl}>{texts.blockedLink}</ExternalLink>
        </Callout>
      )}
      {authorization.waiting && authorization.blockedUrl === null && (
        <Callout
          tone="info"
          role="status"
          action={
            <Button variant="default" size="xs" onClick={authorization.stop}>
              {texts.waitingStop}
            </Button>
          }
        >
          {texts.waiting}
        </Callout>
      )}
      {token.scopesMissing.length > 0 && (
        <Callout tone="warn" role="status">
          {texts.scopesMissing(token.scopesMissing.join(' '))}
        </Callout>
      )}
      {token.scopesAdded.length > 0 && (
        <Callout tone="info" role="status">
          {texts.scopesAdded(token.scopesAdded.join(' '))}
        </Callout>
      )}
      {token.problem !== null && (
        <Callout tone={token.state === 'needs_authorization' ? 'bad' : 'warn'} role="status">
          {token.problem.detail} <RelativeTime at={token.problem.at} />
          {token.problem.retryAt !== null && (
            <>
              {'. '}
              {texts.retryAt} <RelativeTime at={token.problem.retryAt} />
            </>
          )}{' '}
          <span className="mono">{token.problem.code}</span>
        </Callout>
      )}
    </>
  );
}
