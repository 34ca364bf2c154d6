export { createHub, migrate, migrations, Notifications } from '@lockkeeper/hub';
export { tools } from './tools.ts';
