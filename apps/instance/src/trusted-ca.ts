import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { ConfigError } from './config.ts';

/**
 * The usual certificate authorities and those of the file.
 * @throws ConfigError when the file cannot be read or holds no certificate
 */
export async function readTrustedCa(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    throw new ConfigError([`LOCKKEEPER_CA_FILE ${file} cannot be read (${code})`]);
  }
  try {
    // Only the first is looked at; TLS takes them all, and says nothing of what is none.
    new X509Certificate(pem);
  } catch {
    throw new ConfigError([`LOCKKEEPER_CA_FILE ${file} holds no certificate in PEM form`]);
  }
  return [...getCACertificates('default'), pem];
}
