// The arrows of ARCHITECTURE.md. `scripts/check-arrows.mjs` runs this and also proves that modules were read.
const ours = ['contract', 'oauth', 'vault', 'tool', 'bitbucket-cloud', 'bitbucket-sandbox', 'hub', 'testing'];
const apps = ['instance', 'mid-server', 'web', 'cli'];
const sourceOf = (name) => `^(apps|packages)/${name}/src/`;
const notTests = '\\.test\\.tsx?$';

/** What each workspace may import of ours; everything else of ours is forbidden. */
const arrows = {
  contract: [],
  oauth: [],
  vault: [],
  tool: [],
  'bitbucket-cloud': ['tool'],
  'bitbucket-sandbox': [],
  hub: ['contract', 'oauth', 'vault', 'tool'],
  testing: [...ours, 'instance', 'mid-server', 'cli'],
  instance: ['hub', 'bitbucket-cloud'],
  'mid-server': ['contract', 'vault'],
  web: ['contract'],
  cli: ['contract', 'instance', 'mid-server', 'bitbucket-sandbox'],
};

/** Inside hub, a feature imports only features named before it. */
const features = [
  'access',
  'keys',
  'applications',
  'credentials',
  'tokens',
  'expiries',
  'mid-servers',
  'tools',
  'discovery',
  'event-subscriptions',
  'webhooks',
  'backup',
];

const workspaceRules = Object.entries(arrows).map(([name, allowed]) => ({
  name: `arrow-${name}`,
  comment: `${name} may import: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: sourceOf(name), pathNot: notTests },
  to: {
    path: `^(apps|packages)/(${[...ours, ...apps].filter((other) => other !== name && !allowed.includes(other)).join('|')})/`,
  },
}));

const featureRules = features.slice(0, -1).map((feature, index) => ({
  name: `feature-${feature}`,
  comment: `hub/${feature} imports no later feature`,
  severity: 'error',
  from: { path: `^packages/hub/src/${feature}/`, pathNot: notTests },
  to: { path: `^packages/hub/src/(${features.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'base-imports-no-feature',
      comment: 'hub/db, hub/http, hub/events and hub/outbound stand below every feature',
      severity: 'error',
      from: { path: '^packages/hub/src/(db|http|events|outbound|migrations)/', pathNot: notTests },
      to: { path: `^packages/hub/src/(${features.join('|')})/` },
    },
    {
      name: 'hub-knows-no-vendor',
      comment: 'apps/instance hands hub the list of tools',
      severity: 'error',
      from: { path: '^packages/hub/src/', pathNot: notTests },
      to: { path: '^packages/bitbucket-' },
    },
    {
      name: 'no-test-code-in-products',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: `${notTests}|^packages/testing/` },
      to: { path: '^(packages/testing|e2e|bench|torture)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { pathNot: '^apps/web/' },
      to: { couldNotResolve: true },
    },
    ...workspaceRules,
    ...featureRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
