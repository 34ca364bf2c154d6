import { applicationRegistry } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import {
  IconAppWindow,
  IconArrowRight,
  IconCheck,
  IconChevronRight,
  IconServerBolt,
  IconUsers,
} from '@tabler/icons-react';
import { AppLink } from '../../components/app-link.tsx';
import { ListPage } from '../../components/list-page.tsx';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import classes from './empty-home.module.css';

const parts = [
  { words: texts.parts.registry, icon: IconAppWindow, href: paths.newRegistry },
  { words: texts.parts.midServer, icon: IconServerBolt, href: paths.enrolment },
  { words: texts.parts.people, icon: IconUsers, href: '/users' },
];

/** Home of an instance without a credential: one next step, its five stages, and other ways to begin. */
export function EmptyHome() {
  const registries = useListPage(paths.registries, applicationRegistry, { limit: 1 });
  const registered = (registries.data?.total ?? 0) > 0;
  // Whoever has registered it has added the consumer before.
  const current = registered ? 2 : 0;
  return (
    <ListPage title={texts.title}>
      <div className={classes.page}>
        <section className={classes.next}>
          <div className={classes.words}>
            <span className={classes.over}>{texts.emptyOver}</span>
            <h2>{texts.emptyTitle}</h2>
            <p>{texts.emptyText}</p>
            <Button
              component={AppLink}
              href={registered ? paths.newCredential('oauth2') : paths.newThirdPartyRegistry}
              rightSection={<IconArrowRight size={16} />}
            >
              {registered ? texts.emptySecond : texts.emptyFirst}
            </Button>
          </div>
          <ol className={classes.stages}>
            {texts.stages.map((stage, index) => (
              <li
                key={stage}
                data-done={index < current || undefined}
                aria-current={index === current ? 'step' : undefined}
              >
                <span className={classes.mark}>
                  {index < current ? <IconCheck size={13} aria-label="done" /> : index + 1}
                </span>
                {stage}
              </li>
            ))}
          </ol>
        </section>
        <h2 className={classes.heading}>{texts.partTitle}</h2>
        <ul className={classes.parts}>
          {parts.map(({ words: [title, description], icon: Icon, href }) => (
            <li key={href}>
              <AppLink href={href} className={classes.part}>
                <Icon size={18} aria-hidden="true" />
                <span className={classes.partWords}>
                  <strong>{title}</strong>
                  <span>{description}</span>
                </span>
                <IconChevronRight size={16} aria-hidden="true" />
              </AppLink>
            </li>
          ))}
        </ul>
        <p className={classes.note}>{texts.turnsInto}</p>
      </div>
    </ListPage>
  );
}
