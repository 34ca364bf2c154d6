import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { safeHref } from '../lib/safe-href.ts';
import { common } from '../texts/common.ts';

/** A link out of the application. What is no http(s) address is shown as text and never becomes a link. */
export function ExternalLink({
  url,
  children,
  className,
}: {
  url: string | null | undefined;
  children: ReactNode;
  className?: string | undefined;
}) {
  const href = safeHref(url);
  if (href === undefined) return <span className={className}>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={className}>
      {children}
      <VisuallyHidden> ({common.opensInNewTab})</VisuallyHidden>
    </a>
  );
}
