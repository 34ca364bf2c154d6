import { Button } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import { PlainPage } from './plain-page.tsx';

export function NotFoundPage() {
  return (
    <PlainPage title="There is nothing at this address">
      <p>The link may be old, or the record was deleted. Audit Entries tell an administrator which.</p>
      <Button component={AppLink} href="/">
        Go to Home
      </Button>
    </PlainPage>
  );
}
