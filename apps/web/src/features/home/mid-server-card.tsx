import type { MidServer } from '@lockkeeper/contract';
import { AppLink } from '../../components/app-link.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { midServerStates, states } from '../../components/states.ts';
import { paths } from '../../lib/paths.ts';
import { common } from '../../texts/common.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import classes from './mid-server-card.module.css';

const SHOWN = 8;

export function MidServerCard({ midServers }: { midServers: readonly MidServer[] }) {
  return (
    <Card flush title={texts.midServers} aside={<AppLink href={paths.midServers}>{texts.all}</AppLink>}>
      {midServers.length === 0 && (
        <EmptyState>No MID Server is enrolled yet. Calls to tools run through one.</EmptyState>
      )}
      <ul className={classes.servers}>
        {midServers.slice(0, SHOWN).map((server) => (
          <li key={server.id}>
            <span>
              <AppLink href={paths.midServer(server.id)} className={classes.name}>
                {server.name}
              </AppLink>
              <StateMark state={server.validated ? midServerStates[server.status] : states.notValidated} />
            </span>
            <span className={classes.rate}>
              {server.status === 'up' ? `${Math.round(server.callsPerMinute)}/min` : common.none}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
