import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../lib/api.ts';
import { useConfirm } from './confirm.tsx';
import { done, failed } from './toast.tsx';

export interface DeletableRecord {
  /** The collection: `/credentials`. */
  path: string;
  id: string;
  name: string;
  /** What goes and what stays. */
  body: ReactNode;
}

/** Asks, deletes, and goes back to the list: `const [deleteRecord, dialog] = useDeleteRecord({…})`. */
export function useDeleteRecord({ path, id, name, body }: DeletableRecord): [() => void, ReactNode] {
  const [ask, dialog] = useConfirm();
  const client = useQueryClient();
  const navigate = useNavigate();
  const run = async () => {
    if (!(await ask({ title: `Delete ${name}`, body, verb: 'Delete', tone: 'bad' }))) return;
    try {
      await api.delete(`${path}/${id}`);
      await navigate({ href: path, ignoreBlocker: true });
      client.removeQueries({ queryKey: [path, id] });
      await client.invalidateQueries({ queryKey: [path] });
      done(`${name} was deleted`);
    } catch (error) {
      failed(error, `${name} was not deleted`);
    }
  };
  return [() => void run(), dialog];
}
