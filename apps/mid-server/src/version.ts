import { hostname } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };

export function agentVersion(): string {
  return packageJson.version;
}

export function agentHost(): string {
  return hostname();
}
