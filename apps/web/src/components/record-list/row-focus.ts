/** Marks the link of a row, which is what j and k move between. */
export const rowLinkOf = { 'data-row-link': true } as const;

/** Moves the focus to the next or previous row; from outside the list to its first or last. */
export function stepRow(root: HTMLElement | null, step: 1 | -1): void {
  const links = [...(root?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])];
  const row = document.activeElement?.closest('tr, li');
  const current = links.findIndex((link) => row?.contains(link));
  const next = current === -1 ? (step === 1 ? 0 : links.length - 1) : current + step;
  links[next]?.focus();
}

/** Ticks or unticks the row that has the focus. */
export function selectCurrentRow(root: HTMLElement | null): void {
  const row = document.activeElement?.closest('tr');
  if (row && root?.contains(row)) row.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
}
