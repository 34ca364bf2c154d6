import { useNavigate } from '@tanstack/react-router';
import { done } from '../toast.tsx';

export interface SavableForm<Saved> {
  dirty: boolean;
  saving: boolean;
  save: () => Promise<Saved | undefined>;
}

export interface SaveOptions<Saved> {
  /** Where **Submit** goes. */
  listHref: string;
  /** For a new record: its page, where **Save** goes. */
  recordHref?: (saved: Saved) => string;
  /** A further sentence for the toast. */
  detail?: string;
}

/** **Save** and **Submit** for `RecordPage`. */
export function useSaveActions<Saved>(form: SavableForm<Saved>, options: SaveOptions<Saved>) {
  const navigate = useNavigate();
  const run = async (stay: boolean) => {
    const saved = await form.save();
    if (saved === undefined) return;
    done('Saved', options.detail);
    const href = stay ? options.recordHref?.(saved) : options.listHref;
    if (href === undefined) return;
    await navigate({ href, replace: options.recordHref !== undefined, ignoreBlocker: true });
  };
  return {
    dirty: form.dirty,
    saving: form.saving,
    onSave: () => void run(true),
    onSubmit: () => void run(false),
  };
}
