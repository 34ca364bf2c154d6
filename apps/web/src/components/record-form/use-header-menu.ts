import { type MouseEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';

/** How long a press opens the menu, in ms. */
const HOLD_MS = 500;
/** A finger that moves further than this, in px, scrolls. */
const HOLD_MOVES_MAX = 10;

export interface MenuPlace {
  x: number;
  y: number;
}

/** Where the header's menu is open: by right-click, press and hold, Shift+F10 or its button; null while closed. */
export function useHeaderMenu() {
  const [place, setPlace] = useState<MenuPlace | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const hold = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);

  const openAtButton = () => {
    const box = button.current?.getBoundingClientRect();
    if (box !== undefined) setPlace({ x: box.right, y: box.bottom + 4 });
  };

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const asksForMenu = (event.shiftKey && event.key === 'F10') || event.key === 'ContextMenu';
      // In a text field these keys open the browser's own menu, which pastes and corrects.
      const inField = event.target instanceof HTMLElement && event.target.matches('input, textarea');
      if (!asksForMenu || inField || document.querySelector('[role=dialog][aria-modal=true]')) return;
      event.preventDefault();
      openAtButton();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });

  const endHold = useCallback(() => {
    if (hold.current !== null) clearTimeout(hold.current.timer);
    hold.current = null;
  }, []);
  useEffect(() => endHold, [endHold]);

  /** For the header itself. */
  const headerProps = {
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      endHold();
      setPlace({ x: event.clientX, y: event.clientY });
    },
    onPointerDown: (event: PointerEvent) => {
      const onControl = event.target instanceof Element && event.target.closest('button, a, input');
      if (event.button !== 0 || onControl) return;
      const { clientX: x, clientY: y } = event;
      hold.current = { timer: setTimeout(() => setPlace({ x, y }), HOLD_MS), x, y };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = hold.current;
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > HOLD_MOVES_MAX) endHold();
    },
    onPointerUp: endHold,
    onPointerCancel: endHold,
    onPointerLeave: endHold,
  };

  const close = () => {
    setPlace(null);
    button.current?.focus();
  };
  return { place, button, openAtButton, headerProps, close };
}
