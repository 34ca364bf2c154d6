import { oauthEntityScopesEnsured } from '@lockkeeper/contract';
import { Button, Checkbox, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';

export interface DiscoveredScopesProps {
  scopes: readonly string[];
  /** Absent before the first save: then there is nothing yet that they could belong to. */
  registryId: string | undefined;
}

/** The scopes that an Issuer offers; the chosen ones become OAuth Entity Scopes. */
export function DiscoveredScopes({ scopes, registryId }: DiscoveredScopesProps) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string[]>([]);
  const adding = useMutation({
    mutationFn: () =>
      api.post(`${paths.registries}/${registryId}/scopes`, { scopes: chosen }, oauthEntityScopesEnsured),
    onSuccess: async ({ created, items }) => {
      setChosen([]);
      done(texts.scopesAdded(created, items.length - created));
      await client.invalidateQueries({ queryKey: [paths.scopes] });
    },
    onError: (error) => failed(error),
  });
  if (registryId === undefined) {
    return (
      <p>
        {texts.discoveredScopes} <span className="mono">{scopes.join(' ')}</span>
      </p>
    );
  }
  return (
    <Checkbox.Group label={texts.chooseScopes} value={chosen} onChange={setChosen} mt="sm">
      <Group gap="md" mt="xs">
        {scopes.map((scope) => (
          <Checkbox key={scope} value={scope} label={<span className="mono">{scope}</span>} />
        ))}
      </Group>
      <Button
        mt="sm"
        size="xs"
        variant="default"
        loading={adding.isPending}
        disabled={chosen.length === 0}
        onClick={() => adding.mutate()}
      >
        {texts.addScopes}
      </Button>
    </Checkbox.Group>
  );
}
