import { Drawer } from '@mantine/core';
import type { RefObject } from 'react';
import { shell } from '../../texts/shell.ts';
import { Navigator } from './navigator.tsx';
import classes from './shell.module.css';

export interface NavigatorDrawerProps {
  opened: boolean;
  onClose: () => void;
  filterRef: RefObject<HTMLInputElement | null>;
}

/** The navigator of narrow screens. */
export function NavigatorDrawer({ opened, onClose, filterRef }: NavigatorDrawerProps) {
  return (
    <Drawer.Root opened={opened} onClose={onClose} size={300}>
      <Drawer.Overlay />
      <Drawer.Content aria-label={shell.navigator}>
        <Drawer.Body className={classes.drawer}>
          <Navigator filterRef={filterRef} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
