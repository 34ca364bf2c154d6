/** Where a record is shown, by the prefix of its id; undefined for records without a page. */
export function recordPath(id: string | null): string | undefined {
  const prefix = id?.split('_')[0] ?? '';
  const collection = collections[prefix];
  return collection && `${collection}/${id}`;
}

const collections: Readonly<Record<string, string>> = {
  app: '/application-registries',
  prof: '/oauth-entity-profiles',
  scope: '/oauth-entity-scopes',
  cred: '/credentials',
  mid: '/mid-servers',
  tool: '/tools',
  repo: '/repositories',
};
