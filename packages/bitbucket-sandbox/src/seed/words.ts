/** Word lists from which names, descriptions and commit messages are put together. */
export const domains = [
  'billing',
  'checkout',
  'inventory',
  'identity',
  'payments',
  'search',
  'shipping',
  'catalog',
  'ledger',
  'telemetry',
  'notifications',
  'scheduling',
  'reporting',
  'warehouse',
  'support',
  'onboarding',
] as const;

export const kinds = [
  'service',
  'api',
  'worker',
  'web',
  'gateway',
  'sdk',
  'library',
  'infrastructure',
  'pipeline',
  'docs',
  'mobile',
  'adapter',
] as const;

export const languages = ['typescript', 'go', 'python', 'java', 'kotlin', 'rust', 'c#', ''] as const;

export const verbs = ['Fix', 'Add', 'Remove', 'Simplify', 'Document', 'Speed up', 'Test', 'Rename'] as const;

export const things = [
  'retry of failed deliveries',
  'time zone of invoices',
  'paging of the order list',
  'health check',
  'rounding of totals',
  'configuration of the cache',
  'sign-in redirect',
  'database migration',
  'log format',
  'build on arm64',
] as const;

export const workspaceNames = [
  'Northwind Robotics',
  'Lumen Health',
  'Harbour Logistics',
  'Juniper Analytics',
  'Old Mill Software',
  'Polar Freight',
] as const;
