import { randomUUID } from 'node:crypto';
import { createDatabase, type DatabaseConnection } from '@lockkeeper/hub';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import './global-setup.ts';
import { templateName } from './test-server.ts';

export interface TestDatabase extends DatabaseConnection {
  poolConfig: { host: string; port: number; user: string; database: string; ssl: false };
  /** The same as a URL for `DATABASE_URL`. */
  url: string;
}

/**
 * A fresh, migrated database of its own, in some 50 ms. Call `close` in `afterAll` (or `afterEach`); the database
 * itself vanishes with the server at the end of the run.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = { host: inject('testDatabaseHost'), port: 5432, user: 'app', ssl: false } as const;
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = new Client({ ...server, database: 'postgres' });
  await admin.connect();
  try {
    await admin.query(`create database ${database} template ${templateName} strategy file_copy`);
  } finally {
    await admin.end();
  }
  const poolConfig = { ...server, database };
  const url = `postgresql://app@/${database}?host=${encodeURIComponent(server.host)}`;
  return { ...createDatabase({ ...poolConfig, max: 5 }), poolConfig, url };
}

/** For one test: closed by itself when the test has ended. */
export async function useTestDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  return database;
}
