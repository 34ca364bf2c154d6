/** Words of the Application Registry, its profiles and scopes. */
export const registryTexts = {
  group: 'System OAuth',
  list: 'Application Registries',
  record: 'Application Registry',
  newRecord: 'New Application Registry',
  form: 'Application Registries',
  empty:
    'No authorization server is registered yet. A registration holds the Client ID and Client Secret of one.',
  register: 'Register a provider',
  name: 'Name',
  clientId: 'Client ID',
  clientSecret: 'Client Secret',
  application: 'Application',
  defaultGrantType: 'Default Grant type',
  authorizationUrl: 'Authorization URL',
  tokenUrl: 'Token URL',
} as const;
