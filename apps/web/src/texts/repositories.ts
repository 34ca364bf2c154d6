/** Words of the pages about repositories. */
export const repositories = {
  title: 'Repositories',
  kind: 'Repository',
  tracked: 'Tracked',
  notTracked: 'Not tracked',
  gone: 'Gone from Bitbucket',
  empty: 'No repository is known yet. Discover on a tool reads all that it holds.',
} as const;
