export { createHub, migrate, migrations, Notifications, untilEnded } from '@lockkeeper/hub';
export { tools } from './tools.ts';
