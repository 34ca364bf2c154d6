import { type User, user } from '@lockkeeper/contract';
import { useState } from 'react';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { RoleTable } from '../roles/role-table.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { UserDialog } from './user-dialog.tsx';

const stateOf = ({ active }: User) => <StateMark state={active ? states.active : states.inactive} />;
const rolesOf = ({ roles }: User) => roles.join(', ');

const columns: readonly Column<User>[] = [
  { key: 'name', label: 'Name', sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  {
    key: 'email',
    label: 'E-mail',
    sort: 'email',
    dim: true,
    cell: ({ email }) => email,
    text: ({ email }) => email,
  },
  { key: 'roles', label: 'Roles', cell: rolesOf, text: rolesOf },
  { key: 'state', label: 'State', cell: stateOf, text: ({ active }) => (active ? 'active' : 'inactive') },
  {
    key: 'signedIn',
    label: 'Signed in',
    align: 'end',
    dim: true,
    cell: ({ lastSignInAt }) => <RelativeTime at={lastSignInAt} never="never" />,
    text: ({ lastSignInAt }) => lastSignInAt ?? '',
  },
];

/** Who may do what: people, their roles, invitations. */
export function UserListPage() {
  usePageFrame({ crumbs: [{ label: 'System' }], title: 'Users and Roles' });
  const [inviting, setInviting] = useState(false);
  const [opened, setOpened] = useState<User>();
  return (
    <>
      <RecordList
        title="Users and Roles"
        path="/users"
        schema={user}
        columns={columns}
        rowName={({ name }) => name}
        onOpen={setOpened}
        narrowRow={(row) => ({
          end: <RelativeTime at={row.lastSignInAt} never="never signed in" />,
          state: stateOf(row),
          detail: rolesOf(row),
        })}
        defaultSort="name"
        onNew={() => setInviting(true)}
        newLabel="Invite"
        searchLabel="Filter by name or e-mail"
        empty={{ text: 'Nobody is here yet.' }}
      />
      <RoleTable />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {opened && <UserDialog user={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}
