import { type ApplicationRegistry, type SigningKey, signingKey } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconKey, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { useConfirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { ReadOnlyUrl } from '../../components/read-only-url.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { ImportKeyDialog } from './import-key-dialog.tsx';
import classes from './signing-keys-panel.module.css';

const keyList = z.object({ items: z.array(signingKey) });

/** The key pairs of a registry that signs; nothing where there are none. */
export function SigningKeysPanel({ registry }: { registry: ApplicationRegistry }) {
  const path = `${paths.registry(registry.id)}/signing-keys`;
  const keys = useQuery({
    queryKey: [paths.registries, registry.id, 'signing-keys', registry.version],
    queryFn: ({ signal }) => api.get(path, keyList, { signal }),
  });
  const { make, retire, dialog, readAgain } = useKeyActions(path);
  const [importing, setImporting] = useState(false);
  if (keys.isError) return <ProblemPanel error={keys.error} onRetry={() => void keys.refetch()} />;
  const items = keys.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className={classes.panel} aria-label={texts.signingKeys}>
      <h2>{texts.signingKeys}</h2>
      <p className={classes.lead}>{texts.signingKeysLead}</p>
      <ReadOnlyUrl label={texts.jwksUrl} value={registry.jwksUrl} description={texts.jwksHelp} />
      <ul className={classes.keys}>
        {items.map((key) => (
          <KeyRow key={key.id} item={key} onRetire={() => void retire(key)} />
        ))}
      </ul>
      <div className={classes.actions}>
        <Button
          variant="default"
          leftSection={<IconKey size={16} aria-hidden="true" />}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {texts.newKey}
        </Button>
        <Button
          variant="default"
          leftSection={<IconUpload size={16} aria-hidden="true" />}
          onClick={() => setImporting(true)}
        >
          {texts.importKey}
        </Button>
      </div>
      {importing && (
        <ImportKeyDialog path={path} onClose={() => setImporting(false)} onImported={readAgain} />
      )}
      {dialog}
    </section>
  );
}

function KeyRow({ item, onRetire }: { item: SigningKey; onRetire: () => void }) {
  return (
    <li className={classes.key}>
      <span className={classes.kid}>{item.kid}</span>
      <span className={classes.facts}>
        {item.algorithm} · {texts.keyOrigins[item.origin]} <RelativeTime at={item.createdAt} /> ·{' '}
        <strong>{item.signs ? texts.keySigns : texts.keyPublished}</strong>
      </span>
      <span className={classes.rowActions}>
        <CopyButton value={JSON.stringify(item.publicJwk, null, 2)} what={texts.copyPublicKey} />
        <Button variant="subtle" size="xs" onClick={onRetire} aria-label={`${texts.retireKey} ${item.kid}`}>
          {texts.retireKey}
        </Button>
      </span>
    </li>
  );
}

function useKeyActions(path: string) {
  const client = useQueryClient();
  const [ask, dialog] = useConfirm();
  const readAgain = () => client.invalidateQueries({ queryKey: [paths.registries] });
  const make = useMutation({
    mutationFn: () => api.post(path, {}, signingKey),
    onSuccess: () => done(texts.keyMadeToast),
    onError: (error) => failed(error),
    onSettled: readAgain,
  });
  const retire = async ({ id, kid }: SigningKey) => {
    const sure = await ask({
      title: texts.retireKeyTitle(kid),
      body: texts.retireKeyBody,
      verb: texts.retireKey,
      tone: 'bad',
    });
    if (!sure) return;
    try {
      await api.delete(`${path}/${id}`);
      done(texts.keyRetired);
    } catch (error) {
      failed(error);
    }
    await readAgain();
  };
  return { make, retire, dialog, readAgain };
}
