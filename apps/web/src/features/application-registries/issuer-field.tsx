import { type ApplicationRegistry, issuerMetadata } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconWorldSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Callout } from '../../components/callout.tsx';
import { MonoInput } from '../../components/mono-input.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { DiscoveredScopes } from './discovered-scopes.tsx';
import classes from './issuer-field.module.css';
import { fillFromMetadata, type RegistryValues } from './registry-values.ts';

export interface IssuerFieldProps {
  form: RecordForm<RegistryValues, ApplicationRegistry>;
  /** Absent before the first save. */
  registryId: string | undefined;
}

/** The **Issuer**, and **Discover**, which fills the other endpoints with what it publishes of itself. */
export function IssuerField({ form, registryId }: IssuerFieldProps) {
  const { values, set, text, complain } = form;
  const discovery = useMutation({
    mutationFn: () => api.post(`${paths.registries}/discover`, { issuer: values.issuer }, issuerMetadata),
    onSuccess: (metadata) => set(fillFromMetadata(metadata, values)),
    onError: complain,
  });
  const found = discovery.data?.issuer === values.issuer.trim() ? discovery.data : undefined;
  return (
    <>
      <div className={classes.row}>
        <MonoInput {...text('issuer')} type="url" description={texts.issuerHelp} />
        <Button
          variant="default"
          mt={26}
          leftSection={<IconWorldSearch size={16} aria-hidden="true" />}
          loading={discovery.isPending}
          disabled={values.issuer.trim() === ''}
          onClick={() => discovery.mutate()}
        >
          {texts.discover}
        </Button>
      </div>
      <div aria-live="polite">
        {found !== undefined && (
          <Callout tone={found.notes.length > 0 ? 'info' : 'good'} title={texts.discovered}>
            {texts.discoveredFrom} <span className="mono">{found.metadataUrl}</span>
            {found.notes.length > 0 && (
              <ul>
                {found.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            )}
            {found.scopesSupported.length > 0 && (
              <DiscoveredScopes scopes={found.scopesSupported} registryId={registryId} />
            )}
          </Callout>
        )}
      </div>
    </>
  );
}
