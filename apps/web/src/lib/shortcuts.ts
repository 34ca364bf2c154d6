import { useEffect, useRef } from 'react';

/** What a shortcut needs to know of a key press. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  defaultPrevented: boolean;
}

const singleKeysOff = 'lockkeeper-single-keys-off';

/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export function singleKeysEnabled(): boolean {
  try {
    return localStorage.getItem(singleKeysOff) === null;
  } catch {
    return true;
  }
}

export function setSingleKeysEnabled(enabled: boolean): void {
  try {
    if (enabled) localStorage.removeItem(singleKeysOff);
    else localStorage.setItem(singleKeysOff, '1');
  } catch {
    // Without storage the choice lasts no longer than it takes to say so.
  }
}

/** `mod+s` is Ctrl+S, and Command+S on a Mac; `n` is that key alone. */
export function matchesShortcut(shortcut: string, press: KeyPress): boolean {
  const withModifier = shortcut.startsWith('mod+');
  const key = withModifier ? shortcut.slice(4) : shortcut;
  if (withModifier !== (press.ctrlKey || press.metaKey) || press.altKey) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  );
}

const openDialog = '[role=dialog][aria-modal=true]';
const openPopup = '[role=menu], [role=listbox]';

/**
 * Binds shortcuts while the component is on screen: `{'mod+s': save, n: openNew}`. Single keys pause while somebody
 * types and while a menu or dialog is open; those inside a dialog say `insideDialog`.
 */
export function useShortcuts(
  shortcuts: Record<string, (event: KeyboardEvent) => void>,
  { insideDialog = false, enabled = true }: { insideDialog?: boolean; enabled?: boolean } = {},
): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      for (const [shortcut, act] of Object.entries(latest.current)) {
        if (!matchesShortcut(shortcut, event)) continue;
        const single = !shortcut.startsWith('mod+');
        if (single && (isTyping(event.target) || !singleKeysEnabled())) continue;
        if (insideDialog !== (document.querySelector(openDialog) !== null)) continue;
        if (single && document.querySelector(openPopup) !== null) continue;
        event.preventDefault();
        act(event);
        return;
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [enabled, insideDialog]);
}
