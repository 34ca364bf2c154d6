import {
  type CredentialId,
  type MidServerId,
  type Tool,
  type ToolKind,
  tool as toolSchema,
} from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { tools as texts } from '../../texts/tools.ts';

export interface ToolValues {
  name: string;
  credentialId: CredentialId | null;
  midServerId: MidServerId | null;
  baseUrl: string;
}

const labels = {
  name: 'Name',
  credentialId: texts.credential,
  midServerId: texts.midServer,
  baseUrl: texts.baseUrl,
};

/** The form of a tool: a new one of the kind, or the given one. */
export function useToolForm(kind: Pick<ToolKind, 'kind' | 'defaultBaseUrl'>, tool?: Tool) {
  const client = useQueryClient();
  return useRecordForm<ToolValues, Tool>({
    values: tool
      ? {
          name: tool.name,
          credentialId: tool.credentialId,
          midServerId: tool.midServerId,
          baseUrl: tool.baseUrl,
        }
      : { name: '', credentialId: null, midServerId: null, baseUrl: kind.defaultBaseUrl },
    labels,
    check: ({ name, credentialId, baseUrl }) => ({
      ...(name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(credentialId === null
        ? { credentialId: 'must be chosen: it says as whom the tool is called' }
        : {}),
      ...(baseUrl.trim() === '' ? { baseUrl: 'must not be empty' } : {}),
    }),
    send: async (values) => {
      const saved = tool
        ? await api.patch(`/tools/${tool.id}`, { ...values, version: tool.version }, toolSchema)
        : await api.post('/tools', { kind: kind.kind, ...values }, toolSchema);
      client.setQueryData(['/tools', saved.id], saved);
      void client.invalidateQueries({ queryKey: ['/tools', 'list'] });
      return saved;
    },
  });
}

export type ToolForm = ReturnType<typeof useToolForm>;
