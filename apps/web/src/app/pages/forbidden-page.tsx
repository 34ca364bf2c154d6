import type { Role } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import { PlainPage } from './plain-page.tsx';

/** Shown in place of a page that the person's roles do not allow; its API refuses as well. */
export function ForbiddenPage({ roles }: { roles: readonly Role[] }) {
  return (
    <PlainPage title="Your role does not allow this page">
      <p>
        It needs the role {roles.join(' or ')}. Somebody with the role admin can give it to you under System,
        Users and Roles.
      </p>
      <Button component={AppLink} href="/">
        Go to Home
      </Button>
    </PlainPage>
  );
}
