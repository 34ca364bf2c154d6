/** Absolute addresses on the sandbox's own public origin. */
export interface Links {
  origin(): string;
  /** `/user` becomes `https://…/2.0/user`. */
  api(path: string): { href: string };
  /** A page for people. */
  web(path: string): { href: string };
}

export function createLinks(origin: () => string): Links {
  return {
    origin,
    api: (path) => ({ href: `${origin()}/2.0${encodeURI(path)}` }),
    web: (path) => ({ href: `${origin()}${encodeURI(path)}` }),
  };
}
