import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/**
 * What no tunnel leads to: the agent's own machine, its own link, and the addresses at which clouds tell a machine its
 * secrets. Private networks are not among them; to reach those is what an agent is there for.
 */
const ownAddresses: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // Metadata of clouds that use no link-local address: Alibaba, Oracle, Azure, AWS.
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['fd00:ec2::', 32],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  // The same through NAT64, RFC 6052 §2.1.
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
];

const blocked = ownAddresses.reduce((list, [network, prefix]) => {
  list.addSubnet(network, prefix, familyOf(network));
  return list;
}, new BlockList());

/** The address may not be reached; found at connect time, so that a name cannot change its mind after the check. */
export class OwnAddress extends Error {
  override readonly name = 'OwnAddress';
  readonly code = 'ERR_ADDRESS_BLOCKED';
}

/** IPv4 inside IPv6 (`::ffff:127.0.0.1`) is judged as what it is. */
export function isOwnAddress(address: string): boolean {
  return blocked.check(address, familyOf(address));
}

/** Without asking anybody: an address, or a name that always means this machine (RFC 6761 §6.3). */
export function isOwnHost(host: string): boolean {
  return isIP(host) === 0 ? /(^|\.)localhost\.?$/i.test(host) : isOwnAddress(host);
}

/** Answers with the addresses of a name that may be reached; with none, there is no connection. */
export const lookupOthers: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const others = found.filter(({ address }) => !isOwnAddress(address));
    const [first] = others;
    if (!first) return callback(new OwnAddress(`${hostname} is the MID Server's own machine or link`), []);
    return options.all ? callback(null, others) : callback(null, first.address, first.family);
  });
};

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
