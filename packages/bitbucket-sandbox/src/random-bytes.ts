/** Where keys, secrets, codes and tokens come from. */
export type RandomBytes = (length: number) => Uint8Array;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only, as in Bitbucket's keys and secrets. */
export function randomText(randomBytes: RandomBytes, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
