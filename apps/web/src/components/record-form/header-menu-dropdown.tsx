import { Menu } from '@mantine/core';
import { Fragment } from 'react';
import { KeyCap } from '../key-cap.tsx';
import type { HeaderMenuItem } from './header-menu.ts';
import type { MenuPlace } from './use-header-menu.ts';

export interface HeaderMenuDropdownProps {
  place: MenuPlace | null;
  items: readonly HeaderMenuItem[];
  onClose: () => void;
}

/** The menu itself, at the pointer or below its button. */
export function HeaderMenuDropdown({ place, items, onClose }: HeaderMenuDropdownProps) {
  if (place === null) return null;
  return (
    <Menu
      opened
      onChange={(opened) => opened || onClose()}
      position="bottom-start"
      offset={0}
      width={240}
      trapFocus
      transitionProps={{ duration: 90 }}
    >
      <Menu.Target>
        <span
          style={{ position: 'fixed', left: place.x, top: place.y, width: 1, height: 1 }}
          aria-hidden="true"
        />
      </Menu.Target>
      <Menu.Dropdown aria-label="Form header">
        {items.map((item) => (
          <Fragment key={item.label}>
            {item.startsGroup && <Menu.Divider />}
            <Menu.Item
              leftSection={<item.icon size={16} />}
              rightSection={item.keys && <KeyCap>{item.keys}</KeyCap>}
              {...(item.tone === 'bad' ? { color: 'var(--lk-bad)' } : {})}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              {item.label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
