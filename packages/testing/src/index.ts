export {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  knownResources,
  startAuthorizationServer,
} from './authorization-server.ts';
export { CanaryVault } from './canary-vault.ts';
export { eventually } from './eventually.ts';
export { FaultProxy, type Faults, useFaultProxy } from './fault-proxy.ts';
export { type Exit, type StartOptions, startNode, startProcess, TestProcess } from './process-harness.ts';
export { selfSignedCertificate, type TestCertificate } from './self-signed-certificate.ts';
export { sharedFolder } from './shared-folder.ts';
export { startTap, type Tap } from './tap.ts';
export { TestClient } from './test-client.ts';
export { TestClock } from './test-clock.ts';
export { createTestDatabase, type TestDatabase, useTestDatabase } from './test-database.ts';
export {
  setUpFirstAdmin,
  startTestHub,
  type TestHub,
  type TestHubOptions,
  type TestRole,
  testPassword,
  useTestHub,
} from './test-hub.ts';
export { type TokenFault, TokenFaults } from './token-faults.ts';
export { totp } from './totp.ts';
