import { type Credential, credentialTokenRevocation } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconBan, IconKey, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Chamber } from '../../components/chamber.tsx';
import { useConfirm } from '../../components/confirm.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { AuthorizationNote } from './authorization-note.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { PermissionsPanel } from './permissions-panel.tsx';
import { providerName } from './provider-name.ts';
import classes from './token-panel.module.css';
import { TokenSentence } from './token-sentence.tsx';
import type { useAuthorization } from './use-authorization.ts';

export interface TokenPanelProps {
  credential: Credential;
  authorization: ReturnType<typeof useAuthorization>;
}

/** The token of a credential: its sentence, its life, what it may do, what happened to it. */
export function TokenPanel({ credential, authorization }: TokenPanelProps) {
  const { token } = credential;
  const { refresh, revoke, busy, dialog } = useTokenActions(credential);
  const has = token.state !== 'none' && token.state !== 'revoked';
  return (
    <section className={classes.panel} aria-label="OAuth token">
      <div className={classes.head}>
        <TokenSentence token={token} />
        <div className={classes.actions}>
          {has && (token.hasRefreshToken || !authorization.needsConsent) && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              onClick={refresh}
              loading={busy}
            >
              {texts.refreshNow}
            </Button>
          )}
          {has && (
            <Button variant="default" leftSection={<IconBan size={16} />} onClick={revoke}>
              {texts.revoke}
            </Button>
          )}
          {(!has || token.state === 'needs_authorization') && (
            <Button
              variant="default"
              leftSection={<IconKey size={16} />}
              onClick={authorization.start}
              loading={authorization.obtaining}
            >
              {authorization.needsConsent
                ? texts.consentAt(providerName(credential))
                : texts.askAt(providerName(credential))}
            </Button>
          )}
        </div>
        <div className={classes.wide}>
          <AuthorizationNote credential={credential} authorization={authorization} />
          {token.expiresAt !== null && has && <Chamber token={token} withTimes />}
        </div>
      </div>
      <div className={classes.columns}>
        <PermissionsPanel token={token} />
        <HistoryPanel credentialId={credential.id} />
      </div>
      {dialog}
    </section>
  );
}

function useTokenActions({ id, name }: Credential) {
  const [ask, dialog] = useConfirm();
  const client = useQueryClient();
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: [paths.credentials] }),
      client.invalidateQueries({ queryKey: ['/audit-entries'] }),
    ]);
  const refresh = useMutation({
    mutationFn: () => api.run(`${paths.credential(id)}/token/refresh`),
    onSuccess: () => done(texts.refreshed),
    onError: (error) => failed(error),
    onSettled: readAgain,
  });
  const revoke = useMutation({
    mutationFn: () => api.post(`${paths.credential(id)}/token/revoke`, undefined, credentialTokenRevocation),
    onSuccess: ({ detail }) => done(texts.revoked, detail),
    onError: (error) => failed(error),
    onSettled: readAgain,
  });
  const revokeAfterAsking = async () => {
    const sure = await ask({
      title: `${texts.revokeTitle} of ${name}`,
      body: texts.revokeBody,
      verb: texts.revokeVerb,
      tone: 'bad',
    });
    if (sure) revoke.mutate();
  };
  return {
    refresh: () => refresh.mutate(),
    revoke: () => void revokeAfterAsking(),
    busy: refresh.isPending || revoke.isPending,
    dialog,
  };
}
