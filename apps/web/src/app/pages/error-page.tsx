import { Button, Group } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { PlainPage } from './plain-page.tsx';

/** What is shown when a page could not be built at all. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  return (
    <PlainPage title="This page could not be shown">
      <ProblemPanel error={error} />
      <Group mt="md">
        <Button
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          Try again
        </Button>
        <Button variant="default" component={AppLink} href="/">
          Go to Home
        </Button>
      </Group>
    </PlainPage>
  );
}
