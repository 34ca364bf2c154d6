import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { selfSignedCertificate } from '@lockkeeper/testing';
import { expect, test } from 'vitest';
import { readTrustedCa } from './trusted-ca.ts';

const file = join(mkdtempSync(join(tmpdir(), 'trusted-ca-')), 'ca.pem');

test('certificates of the file are trusted besides the usual ones', async () => {
  const { cert } = selfSignedCertificate();
  writeFileSync(file, cert);
  expect(await readTrustedCa(file)).toEqual([...getCACertificates('default'), cert]);
  expect(await readTrustedCa(undefined)).toBeUndefined();
});

test('a file that is missing or holds none is named, and nothing starts without it', async () => {
  await expect(readTrustedCa('/nowhere/ca.pem')).rejects.toThrow(
    'LOCKKEEPER_CA_FILE /nowhere/ca.pem cannot be read (ENOENT)',
  );
  writeFileSync(file, 'canary');
  await expect(readTrustedCa(file)).rejects.toThrow(
    /^LOCKKEEPER_CA_FILE .* holds no certificate in PEM form$/,
  );
});
