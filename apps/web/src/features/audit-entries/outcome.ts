import type { AuditEntry } from '@lockkeeper/contract';
import { IconCheck } from '@tabler/icons-react';
import { type StateLook, states } from '../../components/states.ts';

export const outcomeLook: Record<AuditEntry['outcome'], StateLook> = {
  success: { word: 'Done', tone: 'good', icon: IconCheck },
  failure: { ...states.failed, word: 'Refused or failed' },
};
