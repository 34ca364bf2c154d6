import { type Role, role as roleSchema } from '@lockkeeper/contract';
import { Checkbox, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRoles } from './use-roles.ts';

interface RoleBoxesProps {
  id: string;
  value: readonly Role[];
  onChange: (roles: Role[]) => void;
  error: ReactNode;
}

/** Roles to tick, each with what it may do. */
export function RoleBoxes({ id, value, onChange, error }: RoleBoxesProps) {
  const roles = useRoles();
  const known =
    roles.data?.items ?? roleSchema.options.map((role) => ({ role, label: role, description: '' }));
  return (
    <Checkbox.Group
      id={id}
      label="Roles"
      withAsterisk
      value={[...value]}
      onChange={(next) => onChange(next.map((role) => roleSchema.parse(role)))}
      error={error}
    >
      <Stack gap="sm" mt="xs">
        {known.map(({ role, label, description }) => (
          <Checkbox key={role} value={role} label={label} description={description} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
