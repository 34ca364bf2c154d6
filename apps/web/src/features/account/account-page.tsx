import { ListPage } from '../../components/list-page.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useSession } from '../../lib/session.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { TwoFactorCard } from './two-factor-card.tsx';

/** A person's own account: second factor, password, and where they are signed in. */
export function AccountPage() {
  usePageFrame({ crumbs: [], title: texts.title });
  const { user, confirmation } = useSession();
  return (
    <ListPage title={texts.title} lead={texts.lead(user.email)}>
      <div className={classes.page}>
        <TwoFactorCard />
        {confirmation !== 'single_sign_on' && <PasswordCard />}
        <SessionsCard />
      </div>
    </ListPage>
  );
}
