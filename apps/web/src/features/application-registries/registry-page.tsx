import { applicationRegistry } from '@lockkeeper/contract';
import { useParams } from '@tanstack/react-router';
import { RecordStatus } from '../../components/record-status.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { RegistryRecord } from './registry-record.tsx';

/** One Application Registry. */
export function RegistryPage() {
  const { registryId } = useParams({ from: '/shell/application-registries/$registryId' });
  const record = useRecord(paths.registries, registryId, applicationRegistry);
  if (record.data === undefined) {
    return <RecordStatus what={texts.record} listHref={paths.registries} query={record} />;
  }
  return <RegistryRecord key={registryId} registry={record.data} />;
}
