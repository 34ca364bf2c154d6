import { readFileSync } from 'node:fs';
import path from 'node:path';
import { outboundEventCatalogue, subscribableEventType } from '@lockkeeper/contract';
import { expect, test } from 'vitest';

const guide = path.join(import.meta.dirname, '../../../docs/event-subscriptions.md');

test('the guide for receivers lists every event with its data, as the contract has them', () => {
  const rows = subscribableEventType.options.map((type) => {
    const { description, shape } = outboundEventCatalogue[type];
    const fields = Object.keys(shape).map((field) => `\`${field}\``);
    return `| \`${type}\` | ${description} | ${fields.join(', ')} |`;
  });
  const table = ['| type | when | data |', '|---|---|---|', ...rows, ''].join('\n');
  expect(readFileSync(guide, 'utf8')).toContain(table);
});
