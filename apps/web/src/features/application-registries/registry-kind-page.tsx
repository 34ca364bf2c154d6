import { IconCloud } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { ChoiceList } from '../../components/choice-list.tsx';
import { ListPage } from '../../components/list-page.tsx';
import { Logo } from '../../components/logo.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import classes from './registry-kind-page.module.css';

/** "What kind of OAuth application?": only kinds that work are offered. */
export function RegistryKindPage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.registries }],
    title: 'New',
  });
  const navigate = useNavigate();
  return (
    <ListPage title={texts.kindQuestion} lead={texts.kindLead}>
      <ChoiceList
        label={texts.kindQuestion}
        choices={[
          {
            key: paths.newThirdPartyRegistry,
            title: texts.thirdParty,
            badge: texts.usualChoice,
            description: texts.thirdPartyDescription,
            need: texts.thirdPartyNeed,
            icon: <Direction />,
          },
        ]}
        onChoose={(to) => void navigate({ to })}
      />
    </ListPage>
  );
}

/** From this instance to the provider. */
function Direction() {
  return (
    <span className={classes.direction}>
      <span className={classes.end}>
        <Logo size={18} />
      </span>
      <span className={classes.arrow} />
      <span className={classes.end}>
        <IconCloud size={18} />
      </span>
    </span>
  );
}
