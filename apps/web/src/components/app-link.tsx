import { Link } from '@tanstack/react-router';
import type { AriaAttributes, MouseEventHandler, ReactNode, Ref } from 'react';

export interface AppLinkProps
  extends Pick<AriaAttributes, 'aria-label' | 'aria-current' | 'aria-describedby'> {
  /** A path of this application; its query and fragment are kept. */
  href: string;
  className?: string | undefined;
  children?: ReactNode;
  'data-indent'?: 1 | undefined;
  onClick?: MouseEventHandler<HTMLAnchorElement>;
  tabIndex?: number;
  ref?: Ref<HTMLAnchorElement>;
}

/** A link to another page of this application, without loading everything again. */
export function AppLink({ href, ...anchor }: AppLinkProps) {
  const { pathname, searchParams, hash } = new URL(href, 'http://path.invalid');
  return (
    <Link
      to={pathname}
      // A page within a module is not the module's own page.
      activeOptions={{ exact: true }}
      search={Object.fromEntries(searchParams)}
      {...(hash === '' ? {} : { hash: hash.slice(1) })}
      {...anchor}
    />
  );
}
