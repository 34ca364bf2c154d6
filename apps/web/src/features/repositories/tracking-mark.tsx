import type { Repository } from '@lockkeeper/contract';
import { IconCircleDashed, IconEye, IconGhost2 } from '@tabler/icons-react';
import { StateMark } from '../../components/state-mark.tsx';
import type { StateLook } from '../../components/states.ts';
import { repositories as texts } from '../../texts/repositories.ts';

const looks = {
  tracked: { word: texts.tracked, tone: 'good', icon: IconEye },
  not: { word: texts.notTracked, tone: 'idle', icon: IconCircleDashed },
  gone: { word: texts.gone, tone: 'warn', icon: IconGhost2 },
} as const satisfies Record<string, StateLook>;

/** Whether a repository is tracked, or gone at the tool. */
export function TrackingMark({ repository, pill = false }: { repository: Repository; pill?: boolean }) {
  const look = repository.goneAt ? looks.gone : repository.tracked ? looks.tracked : looks.not;
  return <StateMark state={look} pill={pill} />;
}
