import { secretsUsed } from '@lockkeeper/contract';
import { Button, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Callout } from '../../components/callout.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ListPage } from '../../components/list-page.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { api } from '../../lib/api.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { auditTexts as texts } from '../../texts/account.ts';
import classes from './secrets-used-page.module.css';

const DAY = 24 * 60 * 60 * 1000;

/** Answers the question after a break-in: which secrets were used between two times, and by whom. */
export function SecretsUsedPage() {
  usePageFrame({ crumbs: [{ label: 'System' }], title: texts.secretsUsed });
  const [from, setFrom] = useState(() => inputOf(new Date(Date.now() - DAY)));
  const [to, setTo] = useState(() => inputOf(new Date(Date.now() + 60_000)));
  const [asked, setAsked] = useState({ from, to });
  const wrong = !(new Date(from) < new Date(to));
  const query = { from: isoOf(asked.from), to: isoOf(asked.to) };
  const { data, error, isFetching } = useQuery({
    queryKey: ['/secrets-used', query],
    queryFn: ({ signal }) => api.get('/secrets-used', secretsUsed, { query, signal }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) setAsked({ from, to });
  };
  return (
    <ListPage title={texts.secretsUsed} lead={texts.secretsUsedLead}>
      <form className={classes.times} onSubmit={submit}>
        <TextInput
          type="datetime-local"
          label={texts.from}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          required
        />
        <TextInput
          type="datetime-local"
          label={texts.to}
          value={to}
          error={wrong && texts.timesWrong}
          onChange={(event) => setTo(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={isFetching} disabled={wrong}>
          {texts.show}
        </Button>
      </form>
      {error && <ProblemPanel error={error} />}
      {data?.truncated && <Callout tone="warn">{texts.truncated}</Callout>}
      {data?.items.length === 0 && <EmptyState>{texts.nothingUsed}</EmptyState>}
      {data !== undefined && data.items.length > 0 && (
        <Card flush>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, so the keyboard must reach it. */}
          <section className={classes.scroll} aria-label={texts.secretsUsed} tabIndex={0}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {[texts.credential, texts.who, texts.how, texts.count, texts.first, texts.last].map(
                    (label) => (
                      <Table.Th key={label}>{label}</Table.Th>
                    ),
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map(({ credential, actor, kind, midServer, count, firstAt, lastAt }) => (
                  <Table.Tr
                    key={`${credential.id} ${actor.kind} ${actor.id ?? actor.name} ${kind} ${midServer?.id}`}
                  >
                    <Table.Td>
                      {kind === 'validated' ? texts.clientSecretOf(credential.name) : credential.name}
                    </Table.Td>
                    <Table.Td>{actor.name}</Table.Td>
                    <Table.Td>
                      {midServer === null ? texts.kinds[kind] : texts.calledThrough(midServer.name)}
                    </Table.Td>
                    <Table.Td>{count.toLocaleString('en')}</Table.Td>
                    <Table.Td>
                      <RelativeTime at={firstAt} />
                    </Table.Td>
                    <Table.Td>
                      <RelativeTime at={lastAt} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        </Card>
      )}
    </ListPage>
  );
}

/** What a datetime-local field takes: local time without a zone. */
function inputOf(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function isoOf(input: string): string {
  const time = new Date(input);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
