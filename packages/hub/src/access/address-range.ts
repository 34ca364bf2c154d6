import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address, or a block such as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  // What both understand: ipaddr.js alone would take 127.1 and 0x7f.1 for addresses.
  if (isIP(text) !== 0) return true;
  const [address = ''] = text.split('/');
  return isIP(address) !== 0 && ipaddr.isValidCIDR(text);
}

/** An IPv4 address that arrives as IPv6 (`::ffff:10.0.0.1`) counts as what it is. */
export function isInAnyRange(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [network, bits] = range.includes('/') ? ipaddr.parseCIDR(range) : wholeAddress(range);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}

function wholeAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
