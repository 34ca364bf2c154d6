import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { common } from '../../texts/common.ts';

export function ExportMenu({ onExport }: { onExport: (format: 'csv' | 'json') => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {common.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onExport('csv')}>{common.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => onExport('json')}>{common.exportJson}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
