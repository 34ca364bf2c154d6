import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { initials } from '../../lib/initials.ts';
import { sessionQuery, useSession } from '../../lib/session.ts';
import { shell } from '../../texts/shell.ts';
import classes from './navigator.module.css';

/** Who is signed in, and the way out. */
export function UserMenu() {
  const { user } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();

  const signOut = async () => {
    try {
      await api.delete('/session');
      await navigate({ to: '/sign-in', ignoreBlocker: true });
      // Nothing of this person may stay for whoever signs in next.
      client.clear();
      client.setQueryData(sessionQuery.queryKey, null);
    } catch (error) {
      failed(error);
    }
  };

  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <VisuallyHidden>{shell.userMenu}: </VisuallyHidden>
          <span className={classes.initials} aria-hidden="true">
            {initials(user.name)}
          </span>
          <span className={classes.userName}>
            <span>{user.name}</span>
            <span className={classes.roles}>{user.roles.join(', ')}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Item
          leftSection={<IconUserCircle size={16} />}
          onClick={() => void navigate({ to: '/account' })}
        >
          {shell.account}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
